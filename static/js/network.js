// What happens between click and answer: the thread along the top, the token, a lost connection.
import { say } from "./toasts.js";

const PATIENCE = 300;

export function startNetwork() {
  sendToken();
  drawThread();
  noticeLoss();
}

function sendToken() {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token;
  });
}

function drawThread() {
  const bar = document.getElementById("thread-bar");
  let open = 0;
  let timer;
  document.addEventListener("htmx:beforeSend", () => {
    open += 1;
    if (open === 1) timer = setTimeout(() => bar.classList.add("on"), PATIENCE);
  });
  document.addEventListener("htmx:afterRequest", () => {
    open = Math.max(0, open - 1);
    if (open > 0) return;
    clearTimeout(timer);
    bar.classList.remove("on");
  });
}

function noticeLoss() {
  const notice = document.getElementById("offline");
  const tell = () => {
    notice.hidden = navigator.onLine;
  };
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();
  document.addEventListener("htmx:sendError", () => say("lost"));
  document.addEventListener("htmx:timeout", () => say("lost"));
  document.addEventListener("htmx:responseError", () => say("fault"));
}
