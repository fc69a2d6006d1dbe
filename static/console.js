// Only the console loads this file. Without it, all works.
let on = addEventListener;
let each = (css, fn) => document.querySelectorAll(css).forEach(fn);
// The keys of the search: that without Control, if it is enabled.
each("#find", input => on("keydown", e => {
  let held = e.ctrlKey || e.metaKey;
  if (e.altKey || !(held ? e.key == "k" : e.key == "/" && input.getAttribute("aria-keyshortcuts")[0] == "/" && !e.target.matches("select,textarea,input:not([type=checkbox])"))) return;
  e.preventDefault();
  input.select();
}));
// The script of a picker, with its first use.
each("[data-found],[data-list]", input => input.addEventListener("focus", async () => (await import("/static/pick.js")).default(input), { once: true }));
// Sends times with the offset of the reader's zone; without this, they are in UTC.
each("[type=datetime-local]", input => {
  let hint = document.getElementById(input.id + "-hint");
  hint.textContent = hint.textContent.replace("UTC", Intl.DateTimeFormat().resolvedOptions().timeZone);
  input.form.onformdata = e => input.value && e.formData.set(input.name, `${new Date(input.value)}`.replace(/.*?GMT(...)(..).*/, input.value + ":00$1:$2"));
});
// A picker beside a color, which may stay empty, and what the colors look like.
each("[data-color]", text => {
  let [name, dark] = text.id.split("_"), accent = name == "accent", look = document.getElementById("look"), [light, night] = look.children;
  let pick = Object.assign(document.createElement("input"), { type: "color", ariaLabel: text.labels[0].textContent, oninput: () => show(text.value = pick.value) });
  let show = () => {
    pick.value = text.value || "#888888";
    (dark ? accent ? night.firstChild : night : light).style.setProperty(accent ? "--accent" : "--bg", text.value);
    // The dark scheme follows.
    if (accent && !dark) night.style.setProperty("--accent", text.value && `oklch(from ${text.value} .78 c h)`);
  };
  look.hidden = 0;
  text.oninput = show;
  text.after(pick);
  show();
});
// Chooses all rows of a page.
each("[data-all]", form => {
  let boxes = [...form.querySelectorAll("tbody input:enabled")];
  if (!boxes[0]) return;
  let head = form.querySelector("thead th"), all = document.createElement("input");
  let show = () => {
    let chosen = boxes.filter(box => box.checked).length;
    all.checked = chosen == boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
  };
  all.type = "checkbox";
  all.ariaLabel = all.title = form.dataset.all;
  all.onchange = () => boxes.forEach(box => box.checked = all.checked);
  // Screen readers name the column without the checkbox.
  head.abbr = head.textContent;
  head.prepend(all);
  form.addEventListener("change", show);
  // Browsers restore the boxes on Back and on a reload.
  on("pageshow", show);
});
// Follows a change, whose page has this element until the end. A sign-in page has none either.
each("[data-live]", live => {
  let failures = 0;
  let wait = () => setTimeout(poll, 3e3);
  let poll = async () => {
    if (document.hidden) return on("visibilitychange", poll, { once: true });
    try {
      let answer = await fetch(location);
      if (!answer.ok) throw 0;
      let page = new DOMParser().parseFromString(await answer.text(), "text/html");
      let next = page.querySelector("[data-live]");
      if (!next) return location.reload();
      // The same text is not announced again.
      if (!live.isEqualNode(next)) live.replaceChildren(...next.childNodes);
      failures = 0;
    } catch {
      if (++failures > 2) return;
    }
    wait();
  };
  wait();
});
