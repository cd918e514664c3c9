// The page of the door. Without this script it works by typing and by pictures; with it a camera reads, and a lost network
// stops nobody: then this device decides by the same rules, keeps what it did, and tells the house later.
import { readPicture, watch } from "./camera.js";
import { cardFor, say } from "./card.js";
import { NoNetwork, freshList, send, sendQueue } from "./house.js";
import { decideHere, learn, noteHere } from "./list.js";
import { onRefused, showRefused } from "./refused.js";
import { codeIn } from "./rules.js";
import { isMuted, mute, signal, wakeSound } from "./signs.js";
import { change, enqueue, kept, queued } from "./store.js";

const EVERY = 15_000;
const OLD = 45_000;
const DOOR = "door-name";

const door = document.getElementById("door-desk");
const form = document.getElementById("door-form");
const state = { network: true, signedIn: true, refused: false, heardAt: 0, busy: false, syncing: false };
const chosen = `door-session-${door?.dataset.slug}`;

if (door) start();

function start() {
  remember();
  document.addEventListener("submit", onSubmit, true);
  door.addEventListener("click", onClick);
  document.body.addEventListener("htmx:afterSwap", onSwap);
  addEventListener("online", () => sync(true));
  addEventListener("offline", () => lost());
  setInterval(() => sync(), EVERY);
  showMute();
  startEye();
  sync(true);
}

// ------------------------------------------------------------------ what this device remembers

function remember() {
  const { door: name, session } = form.elements;
  const asked = new URLSearchParams(location.search);
  if (!asked.has("door")) name.value = localStorage.getItem(DOOR) ?? name.value;
  const wanted = sessionStorage.getItem(chosen);
  if (!asked.has("session") && wanted && [...session.options].some((one) => one.value === wanted)) session.value = wanted;
  const shown = () => {
    const where = session.value ? ` · ${session.selectedOptions[0].text}` : "";
    door.querySelector("[data-door-name]").textContent = name.value + where;
    localStorage.setItem(DOOR, name.value);
    sessionStorage.setItem(chosen, session.value);
  };
  form.addEventListener("input", shown);
  shown();
}

// ------------------------------------------------------------------ one scan

async function onSubmit(event) {
  const sent = event.target;
  if (!sent.matches("[data-door-form]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wakeSound();
  const picture = sent.elements.picture?.files[0];
  if (picture && !sent.elements.code.value.trim()) await scanPicture(sent, picture);
  else await scan(new FormData(sent));
}

/** The picture is read here; what cannot be read here the house may read. */
async function scanPicture(sent, picture) {
  const text = await readPicture(picture, door.dataset.wasm).catch(() => "");
  const fields = new FormData(sent);
  if (text) {
    fields.set("code", text);
    fields.delete("picture");
  }
  await scan(fields);
  sent.elements.picture.value = "";
}

async function scanText(text) {
  const fields = new FormData(form);
  fields.delete("picture");
  fields.set("code", text);
  await scan(fields);
}

async function scan(fields) {
  if (state.busy) return;
  state.busy = true;
  door.classList.add("checking");
  try {
    fields.set("nonce", freshNonce());
    try {
      if (!navigator.onLine) throw new NoNetwork();
      heard(await send(fields, door.dataset.doorUrl), fields);
    } catch (fault) {
      if (!(fault instanceof NoNetwork)) throw fault;
      await alone(fields);
    }
    form.elements.people.value = "";
    form.elements.code.value = "";
  } finally {
    state.busy = false;
    door.classList.remove("checking");
  }
}

/** The house answered: its piece of the page takes the place of the one before. */
function heard(answer, fields) {
  if (answer.away) {
    state.signedIn = false;
    return alone(fields);
  }
  state.network = true;
  swap(answer.silent ? null : answer.text, answer.text);
  const card = document.querySelector("#said .said");
  bringUp();
  signal(answer.ok ? card?.dataset.tone : "red");
  if (!answer.ok) return showState();
  const { code, day, inside, at, door: where, session } = card.dataset;
  if (code) learn(door.dataset.slug, { code, day, inside: Number(inside), at: Number(at), door: where, session });
  tell();
  return showState();
}

/** Nobody to ask: decided here, kept, told later. The same nonce, should the house have heard it after all. */
async function alone(fields) {
  state.network = state.network && !state.signedIn;
  const text = String(fields.get("code") ?? "");
  const people = Number(fields.get("people")) || null;
  const asked = { code: text, people, session: fields.get("session") || null, anyway: fields.get("anyway") === "y" };
  const decision = text ? await decideHere(door.dataset.slug, asked) : null;
  if (!decision) {
    signal("red");
    return showState(state.signedIn ? "stale" : "signin");
  }
  const scanned = {
    slug: door.dataset.slug,
    url: door.dataset.queue,
    nonce: fields.get("nonce"),
    code: codeIn(text) ? text.slice(0, 400) : text.slice(0, 60),
    door: String(fields.get("door") ?? "").slice(0, 40),
    at: new Date(decision.at).toISOString(),
    day: decision.day?.id ?? null,
    session: asked.session,
    anyway: asked.anyway,
    result: decision.result,
    people: decision.people,
    undone: false,
  };
  scanned.turn = await enqueue(scanned);
  const card = cardFor(decision, scanned, door.dataset.zone);
  card.querySelector("[data-take-back]")?.addEventListener("click", () => takeBack(scanned, card), { once: true });
  if (decision.result === "no_place") offerAnyway(card, fields);
  document.getElementById("said").replaceChildren(card);
  bringUp();
  signal(card.dataset.tone);
  await noteHere(door.dataset.slug, scanned, 1);
  return showState();
}

async function takeBack(scanned, card) {
  const waits = (await kept()).find((one) => one.nonce === scanned.nonce);
  if (!waits) return void sync(true);
  await change({ ...waits, undone: true });
  await noteHere(door.dataset.slug, scanned, -1);
  card.className = "said calm";
  card.querySelector(".said-sign h2").textContent = say("back");
  card.querySelector('[data-slot="line"]').textContent = say("nobody");
  card.querySelector('[data-slot="acts"]').hidden = true;
}

function offerAnyway(card, fields) {
  const button = card.querySelector("[data-take-back]").cloneNode();
  button.removeAttribute("data-take-back");
  button.textContent = say("anyway");
  button.addEventListener("click", () => {
    fields.set("anyway", "y");
    scan(fields);
  });
  const acts = card.querySelector('[data-slot="acts"]');
  acts.replaceChildren(button);
  acts.hidden = false;
}

function freshNonce() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ------------------------------------------------------------------ the page

/** htmx puts the piece in its place, so that its own forms and toasts work. */
function swap(piece, text) {
  const target = piece === null ? document.getElementById("toasts") : document.getElementById("said");
  target.dispatchEvent(new CustomEvent("portal:swap", { bubbles: true, detail: { text, style: piece === null ? "none" : "outerHTML" } }));
}

/** The answer is seen whole, wherever the page was scrolled to. */
function bringUp() {
  document.getElementById("said").scrollIntoView({ block: "nearest" });
}

function tell() {
  document.body.dispatchEvent(new CustomEvent("door:told"));
}

/** Something was taken back or changed by its own button: count and list say so. */
function onSwap(event) {
  if (event.detail.target?.id !== "said") return;
  tell();
  sync(true);
}

async function onClick(event) {
  if (event.target.closest("[data-start]")) {
    wakeSound();
    openEye();
  } else if (event.target.closest("[data-mute]")) {
    mute(!isMuted());
    wakeSound();
    showMute();
  } else if (await onRefused(event.target)) {
    await showState();
    await sync(true);
  }
}

function showMute() {
  const button = door.querySelector("[data-mute]");
  button.hidden = false;
  button.setAttribute("aria-pressed", String(isMuted()));
}

async function startEye() {
  const eye = door.querySelector("[data-eye]");
  eye.hidden = false;
  if (!navigator.mediaDevices?.getUserMedia) return eyeSays("nocamera");
  const allowed = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
  if (allowed?.state === "granted") return openEye();
  return undefined;
}

async function openEye() {
  const asleep = door.querySelector("[data-asleep]");
  asleep.hidden = true;
  try {
    await watch(door.querySelector("[data-video]"), door.dataset.wasm, scanText);
    door.querySelector("[data-eye]").classList.add("awake");
  } catch (fault) {
    asleep.hidden = false;
    eyeSays(fault.name === "NotAllowedError" ? "denied" : "nocamera");
  }
}

function eyeSays(name) {
  door.querySelector("[data-eye-says]").textContent = say(name);
}

// ------------------------------------------------------------------ the house, again and again

function lost() {
  state.network = false;
  showState();
}

/** Fetch the list when it is old, send what waits. Never two at a time. */
async function sync(now = false) {
  const waits = (await queued()).length;
  if (state.syncing || (!now && !waits && Date.now() - state.heardAt < OLD)) return;
  state.syncing = true;
  try {
    const told = await freshList(door);
    state.network = navigator.onLine; // it may have gone while the list was written
    state.signedIn = told !== null;
    state.heardAt = Date.now();
    if (told) {
      if (waits) showState("sending");
      state.refused = !(await sendQueue(told.token));
      for (const field of document.querySelectorAll('[name="csrf_token"]')) field.value = told.token;
      document.querySelector('meta[name="csrf-token"]').content = told.token;
      if (waits) {
        await freshList(door);
        tell();
      }
    }
  } catch (fault) {
    if (!(fault instanceof NoNetwork)) throw fault;
    state.network = false;
  } finally {
    state.syncing = false;
    await showState();
  }
}

async function showState(name) {
  const number = (await queued()).length;
  const aside = await showRefused(door);
  const line = door.querySelector("[data-state]");
  const what = name ?? (state.signedIn ? (state.network ? withNetwork(number, aside) : "waits") : "signin");
  line.hidden = !what;
  line.textContent = what ? say(what, { number, aside }) : "";
  line.dataset.waits = String(number);
}

function withNetwork(number, aside) {
  if (state.refused && number) return "refused";
  return aside ? "look" : "";
}
