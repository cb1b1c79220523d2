# ruff: noqa: SIM905 -- words read better as text than as literals
"""Words of names and addresses, folded: which say little, and which are short for others."""

from __future__ import annotations

from typing import Final

PARTICLES: Final = frozenset(
    "de del la las los el y e i da do das dos di du van von der den ter ten zu af al ben"
    " bin".split()
)
TITLES: Final = frozenset(
    "d da dna don dona sr sra srta sres mr mrs ms miss dr dra prof sir lady ilmo ilma excmo"
    " excma fray sor".split()
)
SUFFIXES: Final = frozenset("jr junior sr senior ii iii iv phd md esq".split())
JOINED: Final = frozenset("san santa santo sant st saint mac mc o d l fitz".split())
"""Written as a word of their own or with the next: San Martín, O'Brien, Mac Donald."""

SHORT_GIVEN: Final = {
    "ma": "maria", "mra": "maria", "mria": "maria", "fco": "francisco", "fca": "francisca",
    "frco": "francisco", "fcisco": "francisco", "jse": "jose", "jph": "joseph", "ant": "antonio",
    "anto": "antonio", "antº": "antonio", "mnel": "manuel", "mnl": "manuel", "man": "manuel",
    "fdo": "fernando", "fern": "fernando", "alf": "alfonso", "alfdo": "alfredo",
    "aljdro": "alejandro", "rdo": "ricardo", "gllmo": "guillermo", "gmo": "guillermo",
    "jno": "john", "wm": "william", "chas": "charles", "thos": "thomas", "jas": "james",
    "geo": "george", "robt": "robert", "edw": "edward", "saml": "samuel", "benj": "benjamin",
    "alex": "alexander", "danl": "daniel", "richd": "richard", "ml": "manuel", "dgo": "domingo",
    "ign": "ignacio", "xto": "cristo", "xavi": "javier", "xavier": "javier",
    "xabier": "javier", "x": "j",
}  # fmt: skip

NICKNAMES: Final = {
    "pepe": "jose", "pepa": "josefa", "paco": "francisco", "paca": "francisca",
    "curro": "francisco", "kiko": "francisco", "fran": "francisco", "pancho": "francisco",
    "lola": "dolores", "loli": "dolores", "lolita": "dolores", "conchi": "concepcion",
    "concha": "concepcion", "conchita": "concepcion", "manolo": "manuel", "manu": "manuel",
    "nacho": "ignacio", "inaki": "ignacio", "chema": "jose", "josema": "jose", "toni": "antonio",
    "tono": "antonio", "rafa": "rafael", "quique": "enrique", "kike": "enrique",
    "javi": "javier", "charo": "rosario", "chelo": "consuelo", "merche": "mercedes",
    "maite": "maria", "mariajo": "maria", "maricarmen": "maria", "maribel": "maria",
    "mari": "maria", "isa": "isabel", "bea": "beatriz", "cris": "cristina", "nando": "fernando",
    "fer": "fernando", "santi": "santiago", "guille": "guillermo", "alex": "alejandro",
    "edu": "eduardo", "gabi": "gabriel", "dani": "daniel", "miki": "miguel", "migue": "miguel",
    "montse": "montserrat", "nuri": "nuria", "pili": "pilar", "susi": "susana", "tere": "teresa",
    "vero": "veronica", "xisco": "francisco", "jordi": "jorge", "andreu": "andres",
    "josep": "jose", "joan": "juan", "pere": "pedro", "miquel": "miguel", "antoni": "antonio",
    "bob": "robert", "bobby": "robert", "rob": "robert", "bert": "robert", "bill": "william",
    "will": "william", "billy": "william", "dick": "richard", "rick": "richard",
    "rich": "richard", "jim": "james", "jimmy": "james", "jamie": "james", "jack": "john",
    "johnny": "john", "mike": "michael", "mick": "michael", "dave": "david", "steve": "stephen",
    "steven": "stephen", "tom": "thomas", "tommy": "thomas", "tony": "anthony",
    "andy": "andrew", "chris": "christopher", "dan": "daniel", "danny": "daniel",
    "ed": "edward", "ted": "edward", "eddie": "edward", "joe": "joseph", "ken": "kenneth",
    "matt": "matthew", "nick": "nicholas", "pat": "patricia", "pete": "peter",
    "ron": "ronald", "sam": "samuel", "sandy": "alexander", "liz": "elizabeth",
    "beth": "elizabeth", "betty": "elizabeth", "lizzie": "elizabeth", "kate": "katherine",
    "kathy": "katherine", "cathy": "katherine", "catherine": "katherine", "katie": "katherine",
    "maggie": "margaret", "meg": "margaret", "peggy": "margaret", "sue": "susan",
    "susie": "susan", "becky": "rebecca", "jen": "jennifer", "jenny": "jennifer",
    "debbie": "deborah", "abby": "abigail", "mandy": "amanda", "tina": "christina",
    "vicky": "victoria", "gabby": "gabrielle", "ben": "benjamin", "greg": "gregory",
}  # fmt: skip

GIVEN: Final = frozenset(
    "maria carmen ana isabel laura cristina marta lucia elena pilar raquel sara paula irene"
    " rocio nuria beatriz silvia ines sofia alba noelia monica begona angela veronica amparo"
    " montserrat dolores mercedes rosario teresa rosa josefa antonia francisca encarnacion"
    " concepcion julia clara eva patricia yolanda susana alicia andrea natalia sandra lorena"
    " gloria consuelo inmaculada milagros esperanza victoria olga emilia luisa juana manuela"
    " catalina margarita aurora asuncion martina daniela valeria carla claudia adriana miriam"
    " jose antonio manuel francisco juan david javier daniel carlos jesus alejandro miguel"
    " rafael pablo angel sergio fernando jorge alberto luis alvaro adrian diego oscar ruben"
    " ivan raul andres joaquin inigo xavier unai hugo pedro ramon enrique eduardo ignacio"
    " ricardo roberto alfonso jaime salvador emilio julio mario marcos gabriel guillermo"
    " felipe gonzalo agustin mariano domingo tomas cesar samuel ismael jordi josep joan pere"
    " mikel iker gorka ander aitor john paul mary ann anne jean lee james michael william"
    " elizabeth jane louise peter thomas charles george edward henry sarah emily".split()
)
"""Given names that also stand as the second of two ("María José"); none that is mostly a surname
(Martín, Alonso, Vicente) stands here."""

LEGAL: Final = (
    "sociedad de responsabilidad limitada", "sociedad limitada unipersonal",
    "sociedad limitada profesional", "sociedad limitada laboral", "sociedad anonima unipersonal",
    "sociedad anonima laboral", "sociedad limitada", "sociedad anonima", "sociedad cooperativa",
    "sociedad civil", "comunidad de bienes", "limited liability company",
    "public limited company", "incorporated", "corporation", "limited", "company", "unipersonal",
    "s l n e", "s l u", "s l l", "s l p", "s a u", "s a l", "s a t", "s r l", "s coop",
    "soc coop", "s c p", "s c", "s l", "s a", "c b", "p l c", "l l c", "l l p", "b v",
    "slne", "slu", "sll", "slp", "sau", "sal", "sat", "srl", "scoop", "scp", "sl", "sa", "cb",
    "sc",
    "ltd", "plc", "llc", "llp", "inc", "corp", "co", "gmbh", "ag", "sarl", "sas", "bv", "nv",
    "spa", "lda", "pty ltd", "pty",
)  # fmt: skip
"""Legal forms of a company, as they end its name; longer ones first."""

SURE_LEGAL: Final = frozenset(LEGAL) - {"co", "sat", "sal", "sc", "company", "s c", "spa", "ag"}
"""Those that no person's name ends with."""

STREETS: Final = frozenset(
    "calle c cl cle av avda avd avenida ave avenue plaza pza plz pl pza placa paseo po pso passeig"
    " pg camino cno cmno carretera ctra crta ronda rda travesia trav tva glorieta gta urbanizacion"
    " urb carrer cr rua barrio bo poligono pol partida pda via cuesta cta callejon bajada subida"
    " street st str road rd lane ln drive dr close cl court ct crescent cres place terrace tce tr"
    " square sq way highway hwy parade pde circuit cct grove gr boulevard blvd".split()
)
NUMBER_WORDS: Final = frozenset("n no num numero nro nr number s sn".split())
NO_NUMBER: Final = frozenset("sn".split())
