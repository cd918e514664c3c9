// The bar at the bottom of a phone repeats what is chosen: [data-chosen] shows the data-said of the radio that is on,
// times the number of people, [data-chosen-refund] what comes back of it, and [data-chosen-act] what the button does then.
export function startChoosing(piece) {
  const forms = [...(piece.querySelectorAll?.("form[data-choosing]") ?? [])];
  if (piece.matches?.("form[data-choosing]")) forms.push(piece);
  for (const form of forms) {
    if (form.dataset.ready) continue;
    form.dataset.ready = "yes";
    const tell = () => say(form);
    form.addEventListener("change", tell);
    form.addEventListener("input", tell);
    tell();
  }
}

function say(form) {
  const on = form.querySelector("input[type=radio][data-said]:checked");
  if (!on) return;
  const people = Number(form.querySelector("input[name=people]")?.value || 1);
  const bar = document.querySelector(`[data-chosen-of="${form.id}"]`);
  const said = bar?.querySelector("[data-chosen]");
  if (said) said.textContent = `${on.dataset.said} × ${people}`;
  const refund = bar?.querySelector("[data-chosen-refund]");
  if (refund) refund.textContent = on.dataset.refund;
  if (!on.dataset.act) return;
  for (const act of document.querySelectorAll(`[data-chosen-act][form="${form.id}"]`)) act.textContent = on.dataset.act;
}
