// What the house did not take: shown on every door of this device, with when and why, until somebody looked at it.
import { say } from "./card.js";
import { codeIn } from "./rules.js";
import { askAgain, forget, listOf, refused } from "./store.js";

let shown = "[]";

/** Shows them all; how many they are. What has not changed is left alone, because somebody may be reading or pressing there. */
export async function showRefused(door) {
  const scans = await refused();
  const card = door.querySelector("[data-refused]");
  const facts = JSON.stringify(scans);
  if (facts !== shown) {
    shown = facts;
    card.querySelector("ul").replaceChildren(...(await Promise.all(scans.map((scan) => lineFor(door, scan)))));
    card.hidden = scans.length === 0;
  }
  return scans.length;
}

async function lineFor(door, scan) {
  const line = document.getElementById("refused-pattern").content.firstElementChild.cloneNode(true);
  const write = (slot, text) => (line.querySelector(`[data-slot="${slot}"]`).textContent = text);
  const code = codeIn(scan.code);
  const name = code && (await listOf(scan.slug))?.tickets[code]?.name;
  write("who", [name, code?.replace(/^..../, "$&-") ?? scan.code].filter(Boolean).join(" · "));
  write("result", scan.undone ? say("back") : document.querySelector(`template[data-said="${scan.result}"]`).content.querySelector("h2").textContent);
  write("when", say("told", { door: scan.door, time: moment(scan.at, door.dataset.zone), people: scan.undone ? 0 : scan.people }));
  write("why", scan.refused);
  write("event", scan.slug === door.dataset.slug ? "" : scan.slug);
  line.querySelector("[data-clear]").value = scan.turn;
  return line;
}

/** With its day: a clock that was wrong may be the reason. */
function moment(at, timeZone) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone }).format(new Date(at));
}

/** One was looked at and goes, or all wait to be told once more. True when something changed. */
export async function onRefused(pressed) {
  const clear = pressed.closest("[data-clear]");
  if (clear && confirm(say("sure"))) await forget(Number(clear.value));
  else if (pressed.closest("[data-again]")) await askAgain();
  else return false;
  return true;
}
