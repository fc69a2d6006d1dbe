// Without this file, all works but passkeys.
let on = addEventListener;
let each = (css, fn) => document.querySelectorAll(css).forEach(fn);
let make = is => Object.assign(document.createElement("button"), is, { type: "button" });
// Shows a password.
each("[data-show]", input => {
  let b = make(), { show, hide, showLabel, hideLabel } = input.dataset;
  let set = shown => {
    input.type = shown ? "text" : "password";
    b.textContent = shown ? hide : show;
    b.ariaLabel = shown ? hideLabel : showLabel;
  };
  b.setAttribute("aria-controls", input.id);
  b.onclick = () => set(input.type == "password");
  input.form.addEventListener("submit", () => set());
  set();
  input.after(b);
});
// Copy and print.
each("[data-copy]", from => {
  let clip = navigator.clipboard, { copy, copied } = from.dataset;
  let b = make({ className: "link", textContent: copy, ariaLive: "polite" });
  b.onclick = async () => {
    await clip.writeText(from.textContent.trim());
    b.textContent = copied;
  };
  if (clip) from.after(" ", b);
});
each("[data-print]", p => { p.hidden = 0; p.onclick = () => print(); });
// Local times.
each("main time", time => {
  let how = time.dataset.at ?? "medium", date = new Date(time.dateTime), at = (dateStyle, timeStyle) => date.toLocaleString(document.documentElement.lang, { dateStyle, timeStyle });
  time.title = at("full", "long") + "\n" + date.toUTCString();
  if (how) time.textContent = at(...how.split(" "));
});
// Blocks double submits.
each("form", form => form.addEventListener("submit", e => {
  let d = form.dataset, b = e.submitter;
  if (b?.hidden || b?.formTarget) return;
  if (d.sent) e.preventDefault();
  d.sent = 1;
  setTimeout(() => delete d.sent, 8e3);
}));
// Reloads sent forms.
on("pageshow", e => e.persisted && each("[data-sent]", () => location.replace(location)));
// Closes menus.
let menus = ".menu[open],.fold[open]";
on("click", e => each(menus, m => m.open = m.contains(e.target)));
on("keydown", e => e.key == "Escape" && each(menus, m => {
  m.open = 0;
  m.firstChild.focus();
}));
// Passkeys.
document.querySelector("[data-passkey],[data-signal]") && import("/static/passkey.js");
// Focus without touch keyboard.
each("[data-focus]", f => (f.dataset.focus == "always" || matchMedia("(pointer:fine)").matches) && f.focus());
// Continues.
each("[data-onward]", a => on("load", () => a.click()));
each("[data-autosubmit]", form => form.submit());
