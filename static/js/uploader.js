// <form data-uploader>: every chosen photo goes up by itself, with its own bar, retry and remove. While one is sent the
// next is made ready; they arrive in the order in which they were chosen, because the first becomes the cover. The
// server answers with the <li> of that photo, or with a sentence that is shown beside it.
import { shrink } from "./shrink.js";
import { send } from "./send.js";

const AT_ONCE = 2;

export function startUploaders(piece, htmx) {
  const forms = [...(piece.querySelectorAll?.("form[data-uploader]") ?? [])];
  if (piece.matches?.("form[data-uploader]")) forms.push(piece);
  for (const form of forms) if (!form.dataset.ready) start(form, htmx);
}

function start(form, htmx) {
  form.dataset.ready = "yes";
  const input = form.querySelector("input[type=file]");
  const waiting = [];
  const state = { form, htmx, waiting, running: 0, unsent: new Set(), line: Promise.resolve() };
  input.addEventListener("change", () => {
    for (const file of input.files) add(state, file);
    input.value = "";
  });
  const picker = input.closest(".picker") ?? form;
  picker.addEventListener("dragenter", () => picker.classList.add("over"));
  for (const kind of ["dragleave", "drop"]) picker.addEventListener(kind, () => picker.classList.remove("over"));
  form.addEventListener("htmx:load", () => bringBack(state));
  addEventListener("beforeunload", (event) => {
    if (state.unsent.size && form.isConnected) event.preventDefault();
  });
}

function list({ form }) {
  return document.querySelector(form.dataset.uploader || "[data-photos]") ?? form.querySelector("[data-photos]");
}

function add(state, file) {
  const row = state.form.querySelector("[data-upload-row]").content.firstElementChild.cloneNode(true);
  const job = { file, row, request: null };
  const thumb = URL.createObjectURL(file);
  row.querySelector("[data-name]").textContent = file.name;
  row.querySelector("[data-thumb]").src = thumb;
  row.querySelector("[data-thumb]").addEventListener("load", () => URL.revokeObjectURL(thumb), { once: true });
  row.querySelector("[data-retry]").addEventListener("click", () => queue(state, job));
  row.querySelector("[data-remove]").addEventListener("click", () => drop(state, job));
  list(state).append(row);
  queue(state, job);
}

function queue(state, job) {
  state.unsent.add(job);
  state.waiting.push(job);
  job.row.classList.remove("failed");
  job.row.querySelector("[data-said]").className = "small muted";
  job.row.querySelector("[data-retry]").hidden = true;
  tell(job, "waiting");
  next(state);
}

function drop(state, job) {
  job.dropped = true;
  job.request?.abort();
  state.unsent.delete(job);
  job.row.remove();
}

async function next(state) {
  if (state.running >= AT_ONCE) return;
  const job = state.waiting.shift();
  if (!job) return;
  state.running += 1;
  if (!job.dropped) await work(state, job);
  state.running -= 1;
  next(state);
}

async function work(state, job) {
  tell(job, "shrinking");
  const before = state.line;
  const answering = shrunk(job).then(() => before).then(() => deliver(state, job));
  state.line = answering;
  const answer = await answering;
  if (job.dropped) return;
  if (answer.row) return settle(state, job, answer.row);
  job.row.classList.add("failed");
  job.row.querySelector("[data-said]").className = "err";
  job.row.querySelector("[data-retry]").hidden = false;
  tell(job, answer.lost ? "lost" : "failed", answer.text);
}

async function shrunk(job) {
  job.small ??= await shrink(job.file);
}

/** Never rejects: whoever is next in line waits for it. */
async function deliver(state, job) {
  if (job.dropped) return { lost: true };
  tell(job, "sending");
  return send(state.form, job, (share) => {
    job.row.querySelector("[data-bar]").value = share * 100;
  });
}

/** The server puts what arrives behind the others, and so does the page: a photo that was sent again moves there. */
function settle(state, job, row) {
  state.unsent.delete(job);
  job.row.remove();
  const others = list(state).querySelectorAll(":scope > li[id]");
  if (others.length) others[others.length - 1].after(row);
  else list(state).prepend(row);
  state.htmx.process(row);
}

/** A list that came anew (photos were put in another order) knows nothing of those that are still on their way. */
function bringBack(state) {
  for (const job of state.unsent) if (!job.row.isConnected) list(state).append(job.row);
}

function tell(job, word, text) {
  const said = job.row.querySelector("[data-said]");
  said.textContent = text || said.dataset[word];
}
