// One photo on its way to the server.

/** Resolves with {row} (the <li> to show), {text} (a refusal in words) or {lost} (no answer). Never rejects. */
export function send(form, job, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    job.request = request;
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
    request.addEventListener("load", () => resolve(understand(request)));
    request.addEventListener("error", () => resolve({ lost: true }));
    request.addEventListener("abort", () => resolve({ lost: true }));
    request.send(parcel(form, job));
  });
}

function parcel(form, { small, file }) {
  const data = new FormData();
  for (const field of form.querySelectorAll("input[type=hidden]")) data.append(field.name, field.value);
  data.append(form.querySelector("input[type=file]").name, small ?? file, (small ?? file).name);
  return data;
}

function understand(request) {
  const away = request.getResponseHeader("HX-Redirect");
  if (away) {
    location.assign(away);
    return { lost: true };
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const row = answer.querySelector("li");
  if (request.status < 300 && row) return { row: document.importNode(row, true) };
  return { text: answer.querySelector("[data-toast] p, .err, p")?.textContent.trim() };
}
