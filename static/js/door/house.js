// Talking to the house: one scan at once, the list again and again, and what waited as soon as there is a network.
import { takeList } from "./list.js";
import { forgetLists, queued, settle } from "./store.js";

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

/** Send what waits, in order, each event for itself. False when some of it still waits, because the house could not answer. */
export async function sendQueue(token) {
  const waits = await queued();
  let all = true;
  for (const url of new Set(waits.map((one) => one.url))) {
    const mine = waits.filter((one) => one.url === url);
    all = (await sendTo(url, mine, token)) && all;
  }
  return all;
}

async function sendTo(url, scans, token) {
  for (let from = 0; from < scans.length; from += AT_ONCE) {
    const some = scans.slice(from, from + AT_ONCE);
    const answer = await reach(url, {
      method: "POST",
      body: JSON.stringify({ scans: some.map(told) }),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    });
    const why = whyNot(answer.status, speaksJson(answer) ? await answer.json() : {});
    if (!why) return false;
    await settle(some, why);
  }
  return true;
}

/** What `settle` asks of each scan; null when the house said nothing about them, so that they are sent again. */
function whyNot(status, { scans, message }) {
  if (scans) {
    const said = new Map(scans.map((one) => [one.nonce, one.refused ?? ""]));
    return ({ nonce }) => said.get(nonce) ?? null;
  }
  // The event has no door any more, or none of this can be read: the same again would change nothing.
  return message && [404, 422].includes(status) ? () => message : null;
}

const told = ({ nonce, code, door, at, result, people, session, anyway, undone }) => ({ nonce, code, door, at, result, people, session, anyway, undone });
const speaksJson = (answer) => (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
const isJson = (answer) => answer.ok && speaksJson(answer);
