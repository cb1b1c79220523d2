"""Benchmarks: `make bench`, or `python -m tests.bench --only pop --quick`.

Each `bench_NAME.py` has `async def run(load, quick) -> list[Result]`. They drive the programs that
users run (`cti-bridge serve`, `agent-desktop`) as processes of their own, over real sockets.
"""
