// The answer of a door without network, on the same card that the house prints.

const one = (root, slot) => root.querySelector(`[data-slot="${slot}"]`);

export function say(name, facts = {}) {
  const words = document.getElementById("door-says").content.querySelector(`[data-word="${name}"]`).textContent;
  return fill(words, facts);
}

function fill(words, facts) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

/** A card for what was decided here; `scan` is what waits in the queue. */
export function cardFor(decision, scan, zone) {
  const { ticket, result, people, day } = decision;
  const said = document.querySelector(`template[data-said="${scan.session ? "session-" : ""}${result}"]`) ?? document.querySelector(`template[data-said="${result}"]`);
  const card = document.getElementById("said-pattern").content.firstElementChild.cloneNode(true);
  card.classList.remove("calm");
  card.classList.add(said.dataset.tone);
  card.dataset.tone = said.dataset.tone;
  card.querySelector(".said-sign").replaceChildren(said.content.cloneNode(true));
  one(card, "line").textContent = fill(said.dataset.line, gaps(decision, zone));
  const notes = [];
  if (result === "admitted" && day && decision.at < day.opens && !scan.session) notes.push(say("early"));
  if (decision.against) notes.push(say("anyway"));
  show(card, "notes", notes.join(" "));
  one(card, "acts").hidden = result !== "admitted";
  if (ticket?.name !== undefined) who(card, ticket);
  else one(card, "who").hidden = true;
  return card;

  function gaps() {
    const [, at, door] = (day && ticket?.inside?.[day.id]) || [];
    const before = decision.inside;
    const inside = result === "admitted" ? before + people : before;
    const size = ticket?.size ?? "";
    const opens = day && ticket ? day.opens - (ticket.early ?? 0) * 60_000 : 0;
    const moment = result === "too_early" ? opens : at;
    const days = decision.list.days.filter((each) => !ticket?.day || ticket.day === each.id);
    return {
      people, inside, size,
      left: size === "" ? "" : size - before,
      time: moment ? clock(moment, zone) : "",
      door: door ?? "",
      days: days.map((each) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" }).format(new Date(each.date))).join(" · "),
    };
  }
}

function who(card, ticket) {
  one(card, "name").textContent = ticket.name;
  show(card, "kind", ticket.kind);
  show(card, "tier", ticket.tier);
  show(card, "festival", ticket.festival);
  one(card, "help").hidden = !(ticket.needs_help || ticket.helps.length);
  for (const line of ticket.helps) one(card, "helps").append(document.createElement("br"), line);
  const others = ticket.guests.slice(1);
  one(card, "guests").hidden = others.length === 0;
  for (const [name, child] of others) {
    const line = document.createElement("li");
    line.textContent = [name || (child ? "" : say("comes")), child ? say("child") : ""].filter(Boolean).join(" · ");
    one(card, "guests").append(line);
  }
}

function show(card, slot, text) {
  one(card, slot).textContent = text ?? "";
  one(card, slot).hidden = !text;
}

export const clock = (moment, zone) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(moment));
