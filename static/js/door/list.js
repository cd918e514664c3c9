// The list of who comes, as this device knows it: what the house said last, and what happened here since.
import { codeIn, decide, windowAt } from "./rules.js";
import { keepList, kept, listOf } from "./store.js";

/** What the house says now, with the scans of this device that it has not heard of yet. */
export async function takeList(slug, told) {
  const list = { ...told, slug, skew: told.now - Date.now(), tickets: {}, token: undefined };
  for (const ticket of told.tickets) list.tickets[ticket.code] = ticket;
  for (const scan of await kept()) if (scan.slug === slug && !scan.undone) apply(list, scan, 1);
  await keepList(list);
  return list;
}

/** What this device decides alone: {result, people, against, ticket, day, code}, or null without a list. */
export async function decideHere(slug, { code, people, session, anyway }) {
  const list = await listOf(slug);
  if (!list) return null;
  const at = Date.now() + list.skew;
  const day = windowAt(list.days, at);
  const known = list.tickets[codeIn(code) ?? ""] ?? null;
  const asked = known && known.state === "good" ? standing(list, known, day, session) : known;
  const options = { people, inSession: Boolean(session), anyway };
  return { ...decide(asked, day, at, options), at, ticket: known, inside: asked?.inside ?? 0, day, list };
}

function standing(list, ticket, day, session) {
  const open = list.sessions.find((one) => one.id === session)?.open ?? true;
  return {
    ...ticket,
    inside: ticket.inside[day?.id]?.[0] ?? 0,
    stamped: ticket.stamps.includes(session),
    hasPlace: open || ticket.places.includes(session),
  };
}

/** A scan of this device changes what is known of its ticket; with -1 it is taken back. */
export function apply(list, scan, sign) {
  const ticket = list.tickets[codeIn(scan.code) ?? ""];
  if (!ticket || ticket.state !== "good" || scan.result !== "admitted") return;
  const day = scan.day;
  if (day && scan.people) {
    const [people, at, door] = ticket.inside[day] ?? [0, Date.parse(scan.at), scan.door];
    ticket.inside[day] = [people + sign * scan.people, at, door];
    if (ticket.inside[day][0] <= 0) delete ticket.inside[day];
  }
  if (!scan.session) return;
  ticket.stamps = ticket.stamps.filter((one) => one !== scan.session);
  if (sign > 0) ticket.stamps.push(scan.session);
}

/** What the house answered to a scan is known here too, before the next list comes. */
export async function learn(slug, { code, day, inside, at, door, session }) {
  const list = await listOf(slug);
  const ticket = list?.tickets[code];
  if (!ticket || ticket.state !== "good") return;
  if (day) ticket.inside[day] = [inside, ticket.inside[day]?.[1] ?? at, ticket.inside[day]?.[2] ?? door];
  if (session && !ticket.stamps.includes(session)) ticket.stamps.push(session);
  await keepList(list);
}

export async function noteHere(slug, scan, sign) {
  const list = await listOf(slug);
  if (!list) return;
  apply(list, scan, sign);
  await keepList(list);
}
