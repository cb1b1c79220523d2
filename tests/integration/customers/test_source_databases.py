"""Other databases as sources: PostgreSQL, MariaDB, SQLite; read only, and seen to die."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from cti_bridge.customers.sources.planning import Wish, plan
from cti_bridge.customers.sources.records import SourceError
from cti_bridge.customers.sources.rows import ImportRow
from cti_bridge.readers import databases
from cti_bridge.readers.databases import DatabaseSource, is_url, without_password
from tests.helpers import mariadb, postgres
from tests.helpers.database import postgres_server  # noqa: F401

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MADE = (
    "CREATE TABLE clientes (id INTEGER PRIMARY KEY, nombre VARCHAR(80), telefono VARCHAR(20),"
    " correo VARCHAR(80), alta DATE, saldo DECIMAL(10,2))",
    "INSERT INTO clientes VALUES (1, 'Marta Núñez', '612345099', NULL, '2024-02-03', 1.50),"
    " (2, 'Peio 100% :x', '612345098', 'peio@example.com', NULL, NULL)",
    "CREATE VIEW activos AS SELECT id, nombre, telefono FROM clientes WHERE id = 2",
)


class Shop:
    """A database with customers in it."""

    def __init__(self, url: str, password: str, run: Callable[[str], None]) -> None:
        self.url, self.password, self.run = url, password, run
        for statement in MADE:
            run(statement)

    def source(self, **what: str) -> DatabaseSource:
        return DatabaseSource(self.url, password=self.password, **what)


@pytest.fixture(scope="module")
def maria() -> Iterator[mariadb.MariaServer]:
    with mariadb.running() as server:
        yield server


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.peer("postgresql")),
        pytest.param("mariadb", marks=pytest.mark.peer("mariadb")),
    ]
)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    if request.param == "sqlite":
        path = tmp_path / "shop.db"

        def run(statement: str) -> None:
            with sqlite3.connect(path) as connection:
                connection.execute(statement)
            connection.close()

        yield Shop(f"sqlite:///{path}", "", run)
        return
    if request.param == "postgresql":
        server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create()
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))

        def run(statement: str) -> None:
            with engine.begin() as connection:
                connection.execute(text(statement.replace(":x", "\\:x")))

        bare = url.replace(f":{postgres.PASSWORD.replace(' ', '%20')}@", "@")
        yield Shop(bare, postgres.PASSWORD, run)
        engine.dispose()
        server.drop(url)
        return
    there: mariadb.MariaServer = request.getfixturevalue("maria")
    there.run("DROP VIEW IF EXISTS activos", "DROP TABLE IF EXISTS clientes")
    yield Shop(there.url, mariadb.PASSWORD, there.run)


def test_a_table_a_view_and_a_query(shop: Shop) -> None:
    whole = shop.source(table="clientes")
    assert whole.headings == ("id", "nombre", "telefono", "correo", "alta", "saldo")
    assert list(whole.rows()) == [
        (1, ["1", "Marta Núñez", "612345099", "", "2024-02-03", "1.50"]),
        (2, ["2", "Peio 100% :x", "612345098", "peio@example.com", "", ""]),
    ] or shop.url.startswith("sqlite")  # which keeps 1.5 of it
    marta, _ = plan(whole, "ES", Wish(fields={})).preview
    assert isinstance(marta, ImportRow)
    assert (marta.key, marta.name) == ("1", "Marta Núñez")
    assert list(shop.source(table="activos").rows()) == [(1, ["2", "Peio 100% :x", "612345098"])]
    query = "SELECT nombre AS name FROM clientes WHERE nombre LIKE '%100\\%%' OR id = 7;"
    if shop.url.startswith("mariadb"):
        query = query.replace("\\%", "\\\\%")
    if shop.url.startswith("sqlite"):
        query = query.replace("100\\%", "100")
    assert list(shop.source(query=query).rows()) == [(1, ["Peio 100% :x"])]
    assert whole.done is None


def test_nothing_can_be_written(shop: Shop) -> None:
    before = list(shop.source(table="clientes").rows())
    for statement in ("DELETE FROM clientes", "DROP TABLE clientes", "UPDATE clientes SET id = 9"):
        with pytest.raises(SourceError, match="begins with SELECT or WITH"):
            shop.source(query=statement)
    hidden = "WITH gone AS (DELETE FROM clientes RETURNING id) SELECT * FROM gone"
    with pytest.raises(SourceError, match="the source broke"):
        shop.source(query=hidden)
    assert list(shop.source(table="clientes").rows()) == before


def test_a_table_that_is_not_there_is_said_without_the_password(shop: Shop) -> None:
    with pytest.raises(SourceError, match=r"before the first row.*Nothing of it is in") as caught:
        shop.source(table="nada'; DROP TABLE clientes; --")
    assert postgres.PASSWORD not in str(caught.value)
    assert len(list(shop.source(table="clientes").rows())) == 2


@pytest.mark.peer("mariadb")
def test_a_source_that_dies_half_way_says_after_which_row(
    maria: mariadb.MariaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "PIECE", 10)
    maria.run(
        "DROP TABLE IF EXISTS many",
        "CREATE TABLE many AS SELECT seq AS id, CONCAT('Cliente ', seq, REPEAT('x', 500)) AS name"
        " FROM seq_1_to_100000",
    )
    source = DatabaseSource(maria.url, table="many", password=mariadb.PASSWORD)
    rows = source.rows()
    assert next(rows)[0] == 1
    maria.end_sessions()
    with pytest.raises(SourceError, match=r"broke after row \d+: .*run the same import again"):
        for _ in rows:
            pass


@pytest.mark.peer("mariadb")
def test_a_wrong_password_is_never_told(maria: mariadb.MariaServer) -> None:
    with pytest.raises(SourceError, match="Access denied") as caught:
        DatabaseSource(maria.url, table="clientes", password="s3cret-of-mine")
    assert "s3cret-of-mine" not in str(caught.value)


@pytest.mark.parametrize(
    ("location", "what", "said"),
    [
        ("sqlite:////nowhere/at/all.db", {"table": "a"}, "there is no such file"),
        ("oracle://ana@db/x", {"table": "a"}, "no driver for"),
        ("nonsense://db/x", {"table": "a"}, "no driver for"),
        ("postgresql://ana@127.0.0.1:1/x", {"table": "a"}, "before the first row"),
        ("postgresql://ana@db/x", {}, "say --table NAME, or --query"),
        ("postgresql://ana@db/x", {"table": "a", "query": "SELECT 1"}, "say --table NAME"),
        ("postgresql://ana:p@ss@db:x/", {"table": "a"}, "cannot be read"),
    ],
)
def test_an_address_that_leads_nowhere(location: str, what: dict[str, str], said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        DatabaseSource(location, **what)
    assert "p@ss" not in str(caught.value)


def test_an_address_is_stored_without_its_password() -> None:
    assert is_url("mysql+pymysql://a@b/c")
    assert not is_url("C:/clientes.csv")
    assert not is_url("clientes.csv")
    assert without_password("mysql://ana:secret@db/shop") == "mysql://ana@db/shop"
    asked = without_password("postgresql://ana@db:7/shop?password=secret&sslmode=require")
    assert asked == "postgresql://ana@db:7/shop?sslmode=require"
