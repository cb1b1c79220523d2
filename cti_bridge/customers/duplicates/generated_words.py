# ruff: noqa: SIM905 -- words read better as text than as literals
"""Words of the generated customers with doubles, besides those of the samples."""

from __future__ import annotations

from typing import Final

GIVEN: Final = (
    "Teresa Rosa Dolores Mercedes Julia Clara Eva Patricia Yolanda Susana Alicia Andrea Natalia"
    " Sandra Lorena Gloria Consuelo Inmaculada Milagros Esperanza Victoria Olga Emilia Luisa"
    " Juana Manuela Catalina Margarita Aurora Asunción Martina Daniela Valeria Carla Claudia"
    " Adriana Miriam Pedro Luis Ramón Enrique Eduardo Ignacio Ricardo Roberto Alfonso Jaime"
    " Salvador Emilio Julio Mario Marcos Gabriel Guillermo Felipe Gonzalo Agustín Mariano"
    " Domingo Tomás César Samuel Ismael Jordi Josep Pere Mikel Iker Gorka Ander Aitor"
).split()
SECOND: Final = (
    "José Carmen Luis Ángel Teresa Isabel Antonio Manuel Carlos Pilar Jesús Dolores Rosa Luisa"
    " Ramón Miguel Francisco Javier María Victoria"
).split()
COMPOUND: Final = (
    "de la Torre|de la Fuente|del Río|de los Santos|San Martín|Ponce de León|López de Haro"
    "|Sáenz de Tejada|García de la Vega|Díaz de Mendoza|Fernández de Córdoba|de Miguel"
    "|Ruiz de Alarcón|de Diego|del Olmo|de la Cruz|Gómez de la Serna|Martín de Vidales"
).split("|")
STEMS: Final = (
    "Alba Arri Barri Bena Cala Cara Casta Cobo Corra Esca Etxe Ferra Fonta Gali Garri Goro Gui"
    " Iba Iri Larra Lasa Lego Lina Luna Mada Mala Mari Menda Mira Mola Mone Nava Oli Orte Oya"
    " Pala Pere Pina Qui Reque Riba Roma Sala Sori Tala Tole Urru Vala Vera Villa Zaba Zuma"
).split()
TAILS: Final = (
    "barri beitia cés chea costa dala dero duna fría gabeitia gorri guera jar jares ga larga"
    " lejo les leta lla llano mendi món nares nchón ndero nés nsa quer rés rreta rriaga sa sagasti"
    " sol tegui torre tría ui uña valle vell ver yana zábal zar zola zúa"
).split()
TRADES: Final = (
    "Construcciones Reformas Instalaciones Excavaciones Asesores Abogados Autocares Cerrajería"
    " Pinturas Maderas Frutas Carnicería Pescados Panadería Peluquería Clínica Farmacia"
    " Electrodomésticos Informática Viveros Limpiezas Mudanzas Gráficas Hormigones Aluminios"
).split()
ENDINGS: Final = (
    "Servicios Asociados Hermanos Consultores Ingeniería Logística Inversiones".split()
)
FIRSTS: Final = (
    "Tecno Agro Euro Info Ibero Medi Electro Hidro Inno Nova Eco Geo Vita Astra".split()
)
LASTS: Final = "red sur lab gest plan soft norte pack med line fil mar tec nova cor cam".split()
BOXES: Final = "info administracion contacto comercial facturas pedidos".split()
LEGAL: Final = ("S.L.", "S.L.", "S.L.", "S.A.", "S.L.U.", "S.Coop.", "C.B.")
SPELLINGS: Final = {
    "S.L.": ("SL", "S.L", "S. L.", "Sociedad Limitada", "sl"),
    "S.A.": ("SA", "S.A", "S. A.", "Sociedad Anónima"),
    "S.L.U.": ("SLU", "S.L.", "SL", "S.L. Unipersonal"),
    "S.Coop.": ("S. Coop.", "Sociedad Cooperativa", "SCoop"),
    "C.B.": ("CB", "Comunidad de Bienes"),
}
ABBREVIATED: Final = {
    "María": "M.ª",
    "Francisco": "Fco.",
    "Antonio": "Ant.",
    "Manuel": "Mnel.",
    "Fernando": "Fdo.",
    "Francisca": "Fca.",
    "Guillermo": "Gmo.",
    "Domingo": "Dgo.",
}
FAMILIAR: Final = {
    "José": "Pepe",
    "Francisco": "Paco",
    "Dolores": "Lola",
    "Manuel": "Manolo",
    "Ignacio": "Nacho",
    "Antonio": "Toni",
    "Rafael": "Rafa",
    "Enrique": "Quique",
    "Javier": "Javi",
    "Mercedes": "Merche",
    "Isabel": "Isa",
    "Beatriz": "Bea",
    "Cristina": "Cris",
    "Teresa": "Tere",
    "Montserrat": "Montse",
    "Daniel": "Dani",
    "Santiago": "Santi",
    "Pilar": "Pili",
    "Eduardo": "Edu",
    "Verónica": "Vero",
    "Susana": "Susi",
    "Fernando": "Nando",
}
STREET_KINDS: Final = (
    ("Calle", "C/"),
    ("Calle", "C."),
    ("Calle", "c/"),
    ("Avenida", "Avda."),
    ("Avenida", "Av."),
    ("Plaza", "Pza."),
    ("Paseo", "Pº"),
    ("Camino", "Cno."),
    ("Carretera", "Ctra."),
    ("Travesía", "Trv."),
)
STREETS: Final = (
    "Mayor|Real|Nueva|de la Constitución|del Sol|de la Iglesia|de Alcalá|San Juan|San José"
    "|San Pedro"
    "|de la Libertad|de Andalucía|de Madrid|de Valencia|de Galicia|Cervantes|Goya|Velázquez|Colón"
    "|Ramón y Cajal|Miguel Hernández|García Lorca|de la Paz|de las Flores|del Prado|de los Olivos"
    "|del Carmen|de la Estación|del Puerto|de la Fuente|de las Eras|del Molino|de la Rosa"
    "|Santa Ana"
    "|de la Reina|del Rey|de España|de América|Antonio Machado|Picasso|Lope de Vega|de la Cruz"
).split("|")
CITIES: Final = (
    "Madrid|28 Barcelona|08 Valencia|46 Sevilla|41 Zaragoza|50 Málaga|29 Murcia|30 Palma"
    "|07 Bilbao|48"
    " Alicante|03 Córdoba|14 Valladolid|47 Vigo|36 Gijón|33 Hospitalet|08 Vitoria|01 Granada|18"
    " Elche|03 Oviedo|33 Badalona|08 Cartagena|30 Terrassa|08 Jerez|11 Sabadell|08 Móstoles|28"
    " Almería|04 Alcalá|28 Pamplona|31 Fuenlabrada|28 Leganés|28 Santander|39 Burgos"
    "|09 Albacete|02"
    " Getafe|28 Castellón|12 Logroño|26 Badajoz|06 Salamanca|37 Huelva|21 Lleida|25 Tarragona|43"
    " León|24 Cádiz|11 Jaén|23 Ourense|32 Girona|17 Lugo|27 Cáceres|10 Toledo|45 Ávila|05 Soria|42"
).split()
