// Pages that shall open without a connection: the service worker keeps them. [data-keep] names the member they are for,
// [data-keep-files] what they will ask for later.
const SCOPES = ["/me/tickets", "/console/events/"];

export function startKeeping() {
  forgetWhenOut();
  const kept = document.querySelector("[data-keep]");
  const scope = SCOPES.find((path) => location.pathname.startsWith(path));
  if (!kept || !scope || !navigator.serviceWorker) return;
  keepAwake(document.querySelector("[data-awake]"));
  addEventListener("load", () => keep(kept, scope));
}

async function keep(kept, scope) {
  if (!navigator.onLine) return;
  try {
    const registration = await navigator.serviceWorker.register("/worker.js", { scope });
    const worker = registration.active ?? (await whenActive(registration));
    const shown = performance.getEntriesByType("resource").map((entry) => entry.name);
    const later = (kept.dataset.keepFiles ?? "").split(" ").filter(Boolean);
    worker.postMessage({ files: [...shown, ...later.map((path) => new URL(path, location.href).href)] });
  } catch {
    // a browser that keeps nothing (private windows): the ticket works all the same while there is a connection
  }
}

function whenActive(registration) {
  const worker = registration.installing ?? registration.waiting;
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => worker.state === "activated" && resolve(worker));
  });
}

// Who signs out, or reads a page signed out, leaves nothing behind for the next person here.
function forgetWhenOut() {
  if (!globalThis.caches) return;
  const out = 'form[action$="/sign-out"], form[action^="/sign-in"]';
  document.addEventListener("submit", ({ target }) => target.matches(out) && forget());
  const [arrival] = performance.getEntriesByType("navigation");
  const works = (arrival?.responseStatus ?? 200) < 400;
  if (works && !document.querySelector('meta[name="csrf-token"]')) forget();
}

async function forget() {
  for (const name of await caches.keys()) {
    if (name.startsWith("kept-")) caches.delete(name);
  }
}

// The screen stays on where browsers can; the wish ends when the page is hidden, so it is said again.
function keepAwake(ticket) {
  if (!ticket || !navigator.wakeLock) return;
  const ask = () => document.visibilityState === "visible" && navigator.wakeLock.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", ask);
  ask();
}
