// <form data-uploader>: every chosen photo goes up by itself, with its own bar, retry and remove. At most two at a
// time. The server answers with the <li> of that photo, or with a sentence that is shown beside it.
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
  const state = { form, htmx, waiting, running: 0, unsent: new Set() };
  input.addEventListener("change", () => {
    for (const file of input.files) add(state, file);
    input.value = "";
  });
  const picker = input.closest(".picker") ?? form;
  picker.addEventListener("dragenter", () => picker.classList.add("over"));
  for (const kind of ["dragleave", "drop"]) picker.addEventListener(kind, () => picker.classList.remove("over"));
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
  job.small ??= await shrink(job.file);
  if (job.dropped) return;
  tell(job, "sending");
  const answer = await send(state.form, job, (share) => {
    job.row.querySelector("[data-bar]").value = share * 100;
  });
  if (job.dropped) return;
  if (answer.row) return settle(state, job, answer.row);
  job.row.classList.add("failed");
  job.row.querySelector("[data-said]").className = "err";
  job.row.querySelector("[data-retry]").hidden = false;
  tell(job, answer.lost ? "lost" : "failed", answer.text);
}

function settle(state, job, row) {
  state.unsent.delete(job);
  job.row.replaceWith(row);
  state.htmx.process(row);
}

function tell(job, word, text) {
  const said = job.row.querySelector("[data-said]");
  said.textContent = text || said.dataset[word];
}
