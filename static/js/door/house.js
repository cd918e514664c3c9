// Talking to the house: one scan at once, the list again and again, and what waited as soon as there is a network.
import { takeList } from "./list.js";
import { dequeue, forgetLists, queued } from "./store.js";

export const PATIENCE = 6_000;
const AT_ONCE = 200;

/** No answer came: the network is gone, or so slow that people would wait. */
export class NoNetwork extends Error {}

async function reach(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { ...options, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new NoNetwork();
  }
  // A proxy in front of a house that is gone answers too.
  if ([502, 503, 504].includes(answer.status)) throw new NoNetwork();
  return answer;
}

/** The page's answer to a form, as a piece of the page. */
export async function send(form, url) {
  const answer = await reach(url, { method: "POST", body: form, headers: { "HX-Request": "true" } });
  return { ok: answer.ok, status: answer.status, silent: answer.headers.get("HX-Reswap") === "none", text: await answer.text(), away: answer.redirected || answer.headers.has("HX-Redirect") };
}

/** The list, and a token; null when nobody is signed in here any more. Then no names stay on the device. */
export async function freshList(door) {
  const answer = await reach(door.dataset.list, { headers: { Accept: "application/json" } });
  const told = isJson(answer) ? await answer.json() : null;
  if (told) await takeList(door.dataset.slug, told);
  else if (answer.status < 500) await forgetLists();
  return told;
}

/** Send what waits, in order, of every event. False when the house does not take it. */
export async function sendQueue(token) {
  for (let scans = await queued(); scans.length; scans = await queued()) {
    const { url } = scans[0];
    const some = scans.filter((one) => one.url === url).slice(0, AT_ONCE);
    const answer = await reach(url, {
      method: "POST",
      body: JSON.stringify({ scans: some.map(told) }),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    });
    if (!answer.ok || !isJson(answer)) return false;
    await dequeue(some.map((one) => one.turn));
  }
  return true;
}

const told = ({ nonce, code, door, at, result, people, session, anyway, undone }) => ({ nonce, code, door, at, result, people, session, anyway, undone });
const isJson = (answer) => answer.ok && (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
