// An answer that is heard and felt too: one high note, two even ones, or a falling one.
const NOTES = { green: [[880, 0, 0.16], [1318, 0.1, 0.22]], amber: [[520, 0, 0.16], [520, 0.22, 0.16]], red: [[300, 0, 0.22], [200, 0.24, 0.4]] };
const SHAKES = { green: [80], amber: [90, 70, 90], red: [320] };
const MUTED = "door-muted";

let sound = null;

/** Browsers let a page sound only after somebody touched it. */
export function wakeSound() {
  sound ??= globalThis.AudioContext ? new AudioContext() : null;
  sound?.resume().catch(() => {});
}

export const isMuted = () => localStorage.getItem(MUTED) === "yes";
export const mute = (yes) => localStorage.setItem(MUTED, yes ? "yes" : "no");

export function signal(tone) {
  if (SHAKES[tone] && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(SHAKES[tone]);
  if (isMuted() || sound?.state !== "running") return;
  for (const [pitch, after, length] of NOTES[tone] ?? []) play(pitch, sound.currentTime + after, length);
}

function play(pitch, at, length) {
  const voice = sound.createOscillator();
  const volume = sound.createGain();
  voice.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.4, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + length);
  voice.connect(volume).connect(sound.destination);
  voice.start(at);
  voice.stop(at + length);
}
