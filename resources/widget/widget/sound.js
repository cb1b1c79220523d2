/** Two soft notes; off until the visitor turns them on. */

let audio = null;

export function ring() {
  audio ||= new AudioContext();
  [660, 880].forEach((hertz, i) => {
    const tone = audio.createOscillator(), volume = audio.createGain();
    const from = audio.currentTime + i * 0.12;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.08, from);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.3);
  });
}
