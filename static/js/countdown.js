// Ticks towards a moment that the server printed as a date. Nothing of it is announced, and without it the date stands.
//
// <p data-countdown="2027-06-14T05:30:00+00:00">
//   <time data-still>…</time>                          read aloud; no longer seen once it ticks
//   <span data-ticking hidden aria-hidden="true">…</span>   seen once it ticks
//     with <b data-unit="days|hours|minutes|seconds">, or <b data-clock> for 14:59
// At the end "countdown-over" bubbles from the element, once.
const SECOND = 1000;

export function startCountdowns(piece) {
  for (const one of piece.querySelectorAll?.("[data-countdown]") ?? []) start(one);
  if (piece.matches?.("[data-countdown]")) start(piece);
}

function start(one) {
  const end = Date.parse(one.dataset.countdown);
  if (one.dataset.counting || Number.isNaN(end) || end <= Date.now()) return;
  one.dataset.counting = "yes";
  for (const still of one.querySelectorAll("[data-still]")) still.classList.add("vh");
  for (const part of one.querySelectorAll("[data-ticking]")) part.hidden = false;
  const timer = setInterval(() => {
    if (!one.isConnected) return clearInterval(timer);
    if (!show(one, end - Date.now())) return undefined;
    clearInterval(timer);
    return one.dispatchEvent(new CustomEvent("countdown-over", { bubbles: true }));
  }, SECOND);
  show(one, end - Date.now());
}

// Whether it is over.
function show(one, left) {
  const seconds = Math.max(0, Math.ceil(left / SECOND));
  const parts = {
    days: Math.floor(seconds / 86400),
    hours: Math.floor(seconds / 3600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
  for (const box of one.querySelectorAll("[data-unit]")) box.textContent = two(parts[box.dataset.unit]);
  const hours = Math.floor(seconds / 3600);
  const clock = `${hours ? `${hours}:` : ""}${two(parts.minutes)}:${two(parts.seconds)}`;
  for (const box of one.querySelectorAll("[data-clock]")) box.textContent = clock;
  return seconds === 0;
}

const two = (number) => String(number).padStart(2, "0");
