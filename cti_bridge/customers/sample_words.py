# ruff: noqa: SIM905 -- words read better as text than as literals
"""Words of the sample customers: common names of Spain and of English-speaking countries."""

from __future__ import annotations

from typing import Final

GIVEN_ES: Final = (
    "María Carmen Ana Isabel Laura Cristina Marta Lucía Elena Pilar Raquel Sara Paula Irene Rocío"
    " Nuria Beatriz Silvia Inés Sofía Alba Noelia Mónica Begoña Ángela Verónica Amparo Montserrat"
    " Antonio José Manuel Francisco Juan David Javier Daniel Carlos Jesús Alejandro Miguel Rafael"
    " Pablo Ángel Sergio Fernando Jorge Alberto Álvaro Adrián Diego Óscar Rubén Iván Raúl Andrés"
    " Joaquín Íñigo Xavier Unai Hugo Martín Nicolás"
).split()
SURNAMES_ES: Final = (
    "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez"
    " Hernández Ruiz Díaz Moreno Muñoz Álvarez Romero Gutiérrez Alonso Navarro Torres Domínguez"
    " Ramos Vázquez Ramírez Gil Serrano Morales Molina Blanco Suárez Castro Ortega Delgado Ortiz"
    " Marín Rubio Núñez Medina Sanz Castillo Iglesias Cortés Garrido Santos Guerrero Lozano Cano"
    " Cruz Méndez Flores Prieto Herrera Peña León Márquez Cabrera Gallego Calvo Vidal Campos Vega"
    " Fuentes Carrasco Diez Reyes Caballero Nieto Aguilar Pascual Santana Herrero Montero Lorenzo"
    " Hidalgo Giménez Ibáñez Ferrer Durán Santiago Benítez Mora Vicente Vargas Arias Carmona"
    " Crespo Román Pastor Soto Sáez Velasco Moya Soler Parra Esteban Bravo Gallardo Rojas"
    " Etxeberria Agirre Puig Ferreiro Castiñeira"
).split()
GIVEN_EN: Final = (
    "Olivia Amelia Emily Grace Sophie Charlotte Hannah Jessica Sarah Laura Rebecca Rachel Emma"
    " Lucy Alice Eleanor Megan Chloe Holly Abigail Margaret Susan Karen Patricia Linda Deborah"
    " Oliver George Harry Jack Jacob Charlie Thomas James William Daniel Matthew Andrew Michael"
    " David Robert John Peter Paul Mark Stephen Edward Henry Samuel Benjamin Adam Luke Ryan Sean"
    " Aidan Gareth Rhys Duncan Malcolm Priya Aisha Wei Kwame"
).split()
SURNAMES_EN: Final = (
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker"
    " White Roberts Green Hall Wood Jackson Clarke Harris Lewis Cooper King Baker Turner Hill"
    " Carter Parker Morris Murphy O'Brien O'Neill Kelly Ryan Campbell Stewart Murray MacDonald"
    " Reid Scott Young Mitchell Anderson Phillips Watson Bennett Gray Hughes Price Griffiths Shaw"
    " Ellis Collins Fisher Mason Webb Palmer Holmes Knight Hunt Marshall Rogers Stone Dixon Fox"
    " Patel Khan Singh Begum Chen Okafor Fitzgerald Featherstonehaugh"
).split()
TRADES_ES: Final = (
    "Panadería Talleres Farmacia Librería Gestoría Transportes Hotel Restaurante Clínica"
    " Carpintería Electricidad Muebles Óptica Ferretería Bodegas Academia Imprenta Asesoría"
).split()
PLACES_ES: Final = (
    "del Sol|de la Plaza|San Miguel|del Norte|Mediterráneo|La Alameda|Levante|del Carmen"
    "|Hermanos Ruiz|Costa Blanca|Los Olivos|del Puerto|Santa Lucía|Ibérica|El Molino|Atlántico"
).split("|")
TRADES_EN: Final = (
    "Bakery Garage Pharmacy Books Accounting Logistics Hotel Kitchen Dental Joinery Electrical"
    " Furniture Optics Hardware Brewery Academy Printing Consulting"
).split()
PLACES_EN: Final = (
    "Riverside|High Street|St Mary's|Northern|Harbour|Meadow|Eastgate|Oakfield|Brothers"
    "|Hillside|Orchard|Quayside|Abbey|Kingsway|Millbrook|Atlantic"
).split("|")
NOTES_ES: Final = (
    "Prefiere que le llamemos por la tarde.",
    "Pide siempre la factura por correo.",
    "Ha cambiado de dirección; confirmar en la próxima llamada.",
    "Oye mal: hablar despacio.",
    "Tiene el contrato de mantenimiento ampliado.",
    "Reclamó por un retraso en la entrega; se le compensó el porte.",
)
NOTES_EN: Final = (
    "Prefers a call in the afternoon.",
    "Always asks for the invoice by e-mail.",
    "Has moved house; confirm the address on the next call.",
    "Hard of hearing: speak slowly.",
    "Has the extended maintenance contract.",
    "Complained of a late delivery; the carriage was refunded.",
)
TAGS: Final = ("VIP", "maintenance", "wholesale", "late payer", "do not record")
CALLS_ES: Final = (
    "Pregunta por el estado de su pedido; sale mañana.",
    "Duda con la factura de este mes; explicada.",
    "Quiere cambiar la forma de pago; hecho.",
    "Avería comunicada al servicio técnico.",
    "Se queja del tiempo de espera.",
    "Pide presupuesto de ampliación; enviarlo por correo.",
    "Cancela la cita del jueves y pide otra.",
    "",
)
CALLS_EN: Final = (
    "Asks where the order is; it ships tomorrow.",
    "Question about this month's invoice; explained.",
    "Wants another way of paying; done.",
    "Fault passed on to the technicians.",
    "Complains about the waiting time.",
    "Asks for a quote for an extension; send by e-mail.",
    "Cancels Thursday's visit and asks for another.",
    "",
)
