// What the door says to a ticket: the same rules as portal/events/rules/door.py, for a door without network.
// A test walks both through the same cases.

const ENDED = { elsewhere: "wrong_event", passed_on: "passed_on", cancelled: "cancelled", held: "not_paid" };
const SEALED = /^(?:.*\/t\/)?([^/.?#]+)\.[0-9a-f]{10}\/?$/i;
const MINUTE = 60_000;

/** The code in what was typed or scanned, or null. Whether a seal is true only the house knows. */
export function codeIn(text) {
  const tidy = text.normalize("NFKC").trim().slice(0, 400);
  const scanned = SEALED.exec(tidy);
  return read(scanned ? scanned[1] : tidy.slice(tidy.lastIndexOf("/t/") < 0 ? 0 : tidy.lastIndexOf("/t/") + 3).replace(/\/+$/, ""));
}

function read(typed) {
  const code = typed
    .replace(/[\s\-\u2010-\u2015_.]+/g, "")
    .toUpperCase()
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(code) ? code : null;
}

export function windowAt(days, at) {
  return days.find((day) => day.begins <= at && at < day.ends) ?? null;
}

/**
 * ticket: {state, size, inside, day, early, stamped, hasPlace} or null; window: {id, opens} or null; at in milliseconds.
 * Gives {result, people, against}; people: null means all that are left outside.
 */
export function decide(ticket, window, at, { people = null, inSession = false, anyway = false } = {}) {
  const no = (result) => ({ result, people: 0, against: null });
  if (!ticket) return no("unknown");
  if (ENDED[ticket.state]) return no(ENDED[ticket.state]);
  if (!window || (ticket.day && ticket.day !== window.id)) return no("wrong_day");
  if (inSession) return atSession(ticket, anyway);
  if (at < window.opens - ticket.early * MINUTE) return no("too_early");
  const left = ticket.size - ticket.inside;
  if (left <= 0) return no("duplicate");
  if (people !== null && people > left) return no("too_many");
  return { result: "admitted", people: people || left, against: null };
}

function atSession(ticket, anyway) {
  if (ticket.stamped) return { result: "duplicate", people: 0, against: null };
  if (!ticket.hasPlace && !anyway) return { result: "no_place", people: 0, against: null };
  return {
    result: "admitted",
    people: ticket.inside === 0 ? ticket.size : 0,
    against: ticket.hasPlace ? null : "no_place",
  };
}
