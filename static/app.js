// Small comforts. Every page works without this file.
const each = (selector, fn) => document.querySelectorAll(selector).forEach(fn);
const lang = document.documentElement.lang;

// Show and hide a password; hidden again before it is sent, to be saved as one.
each("input[data-show]", (input) => {
  const button = document.createElement("button");
  const set = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? input.dataset.hide : input.dataset.show;
    button.setAttribute("aria-label", shown ? input.dataset.hideLabel : input.dataset.showLabel);
  };
  button.type = "button";
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => set(input.type === "password"));
  input.form.addEventListener("submit", () => set(false));
  set(false);
  input.after(button);
});

// Copy a text, print the page.
each("[data-copy]", (source) => {
  if (!navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = source.dataset.copy;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = source.dataset.copied;
  });
  source.after(" ", button);
});
each("[data-print]", (p) => { p.hidden = 0; p.onclick = () => print(); });

// Days in the reader's zone; the exact moment as the tooltip.
each("main time", (time) => {
  const at = new Date(time.dateTime);
  if (isNaN(at)) return;
  const format = (style) => new Intl.DateTimeFormat(lang, style).format(at);
  time.title = format({ dateStyle: "full", timeStyle: "short" });
  if ("day" in time.dataset) time.textContent = format({ dateStyle: "medium" });
});

// One submission for each click storm.
each("form", (form) => {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hidden) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
});
// Back to a page whose form was sent: ask anew.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("[data-sent]")) location.replace(location);
});

// Menus close on Escape and clicks elsewhere.
addEventListener("click", (event) => each(".menu[open]", (menu) => {
  if (!menu.contains(event.target)) menu.open = false;
}));
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  each(".menu[open]", (menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// Focus: an error summary; a first field where no keyboard pops up.
each("[data-focus]", (target) => {
  if (target.dataset.focus === "always" || matchMedia("(pointer:fine)").matches) target.focus();
});

// Signed out, and all frames have loaded.
each("[data-onward]", (a) => addEventListener("load", () => a.click()));

// The answer to an app.
each("form[data-autosubmit]", (form) => form.submit());
