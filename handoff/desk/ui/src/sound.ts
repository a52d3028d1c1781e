/** Two soft tones, made here: no file, no third party. */
let context: AudioContext | null = null;

export function chime(): void {
  try {
    context ??= new AudioContext();
    tone(context, 660, 0);
    tone(context, 880, 0.12);
  } catch {
    // no sound device, or the browser wants a click first
  }
}

function tone(audio: AudioContext, frequency: number, delay: number): void {
  const at = audio.currentTime + delay;
  const gain = audio.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.08, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
  const oscillator = audio.createOscillator();
  oscillator.frequency.value = frequency;
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.3);
}
