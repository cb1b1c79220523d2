"""Makes the spoken prompts of resources/sounds with espeak-ng (Debian: `apt install espeak-ng`).

    python scripts/make_prompts.py [FOLDER]

Each is a WAV of 8 kHz, 16 bit, one channel, named LANGUAGE-CODE. They are to be understood, not
to be admired: a site that has a voice of its own puts files of the same names in the folder that
`[site] sounds` names.
"""

from __future__ import annotations

import audioop
import io
import subprocess
import sys
import wave
from pathlib import Path
from typing import Final

RATE: Final = 8000
PEAK: Final = 16_000  # of 32,767: as loud as the music
QUIET: Final = 200  # what is softer at both ends is cut off
VOICES: Final = {"es": "es", "en": "en-gb"}
WORDS_PER_MINUTE: Final = 150

ES_NUMBERS: Final = (  # noqa: SIM905  # easier to read and to mend than a list
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiún veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve treinta"
).split()
EN_NUMBERS: Final = [str(number) for number in range(31)]

PROMPTS: Final[dict[str, dict[str, str]]] = {
    "es": {
        "wait": "Por favor, espere. Enseguida le atendemos.",
        "next": "Es usted el siguiente.",
        "position": "Su posición en la cola es",
        "many-before": "Tiene más de veinte personas delante.",
        "wait-is": "El tiempo de espera es de unos",
        "minutes": "minutos.",
        "under-a-minute": "Le atenderemos en menos de un minuto.",
        "about-a-minute": "Le atenderemos en un minuto, más o menos.",
        "over-half-an-hour": "El tiempo de espera es de más de media hora.",
        "press": "Pulse",
        "for-callback": "y le llamaremos nosotros, sin que pierda su turno.",
        "for-voicemail": "para dejarnos un mensaje.",
        "give-number": "Marque el número al que debemos llamarle. Para terminar, pulse "
        "almohadilla.",
        "wrong-number": "Ese número no es válido.",
        "callback-done": "Le llamaremos en cuanto le llegue el turno. Gracias por llamar.",
        "leave-message": "Deje su mensaje después de la señal. Para terminar, pulse almohadilla.",
        "message-done": "Su mensaje está grabado. Gracias por llamar.",
        "sorry": "Lo sentimos. Ahora no es posible. Siga a la espera, por favor.",
        "closed": "En este momento estamos cerrados.",
        "busy": "Todas nuestras líneas están ocupadas. Por favor, llame más tarde.",
        "goodbye": "Gracias por llamar. Adiós.",
    },
    "en": {
        "wait": "Please hold. We will be with you shortly.",
        "next": "You are next.",
        "position": "Your position in the queue is",
        "many-before": "There are more than twenty people before you.",
        "wait-is": "The waiting time is about",
        "minutes": "minutes.",
        "under-a-minute": "We will be with you in less than a minute.",
        "about-a-minute": "We will be with you in about one minute.",
        "over-half-an-hour": "The waiting time is more than half an hour.",
        "press": "Press",
        "for-callback": "and we will call you back, without losing your place.",
        "for-voicemail": "to leave us a message.",
        "give-number": "Enter the number that we should call. To finish, press the hash key.",
        "wrong-number": "That number is not valid.",
        "callback-done": "We will call you as soon as it is your turn. Thank you for calling.",
        "leave-message": "Leave your message after the tone. To finish, press the hash key.",
        "message-done": "Your message is recorded. Thank you for calling.",
        "sorry": "Sorry. That is not possible now. Please hold.",
        "closed": "We are closed at the moment.",
        "busy": "All our lines are busy. Please call again later.",
        "goodbye": "Thank you for calling. Goodbye.",
    },
}


def texts(language: str) -> dict[str, str]:
    numbers = ES_NUMBERS if language == "es" else EN_NUMBERS
    return PROMPTS[language] | {f"n-{number}": text for number, text in enumerate(numbers)}


def spoken(language: str, text: str) -> bytes:
    """PCM of 16 bit at 8 kHz; raises CalledProcessError or FileNotFoundError."""
    command = ["espeak-ng", "-v", VOICES[language], "-s", str(WORDS_PER_MINUTE), "--stdout", text]
    made = subprocess.run(command, check=True, capture_output=True).stdout
    # espeak-ng writes to a pipe, and so gives no length in the header
    with wave.open(io.BytesIO(made)) as reader:
        rate = reader.getframerate()
    pcm = made[44:]
    pcm, _ = audioop.ratecv(pcm[: len(pcm) // 2 * 2], 2, 1, rate, RATE, None)
    return loud(trimmed(pcm))


def trimmed(pcm: bytes) -> bytes:
    """Less the silence at both ends, but for 40 ms of it."""
    step = RATE // 50 * 2
    frames = [pcm[at : at + step] for at in range(0, len(pcm), step)]
    sounding = [number for number, one in enumerate(frames) if audioop.rms(one, 2) > QUIET]
    if not sounding:
        return pcm
    return b"".join(frames[max(0, sounding[0] - 2) : sounding[-1] + 3])


def loud(pcm: bytes) -> bytes:
    return audioop.mul(pcm, 2, PEAK / max(1, audioop.max(pcm, 2)))


def write(file: Path, pcm: bytes) -> None:
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(pcm)


def main(folder: Path) -> None:
    for language in VOICES:
        for code, text in texts(language).items():
            write(folder / f"{language}-{code}.wav", spoken(language, text))


if __name__ == "__main__":
    here = Path(__file__).resolve().parent.parent / "resources" / "sounds"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else here)
