// Readings above the characters, where the reader asks for them; the choice stays in this browser.
"use strict";
(() => {
  const choice = document.getElementById("readings");
  if (!choice) return;
  const key = "readings";
  const terms = Array.from(document.querySelectorAll("button.term"), (term) => {
    const said = document.getElementById(term.getAttribute("popovertarget"));
    return { term, text: term.textContent, said: said.textContent.trim() };
  });

  const ruby = (text, said) => {
    const made = document.createElement("ruby");
    const above = document.createElement("rt");
    above.textContent = said;
    above.setAttribute("aria-hidden", "true");
    made.append(text, above);
    return made;
  };

  const rubies = ({ text, said }) => {
    const letters = Array.from(text);
    const is = (letter) => /\p{Script=Han}/u.test(letter);
    const syllables = said.split(" ");
    if (letters.filter(is).length !== syllables.length) return [ruby(text, said)];
    return letters.map((letter) => (is(letter) ? ruby(letter, syllables.shift()) : letter));
  };

  const show = (on) => {
    choice.setAttribute("aria-pressed", String(on));
    for (const one of terms) one.term.replaceChildren(...(on ? rubies(one) : [one.text]));
  };

  const kept = () => {
    try { return localStorage.getItem(key) === "on"; } catch { return false; }
  };

  choice.addEventListener("click", () => {
    const on = choice.getAttribute("aria-pressed") !== "true";
    show(on);
    try { localStorage.setItem(key, on ? "on" : "off"); } catch { /* then it holds for this page */ }
  });
  choice.parentElement.hidden = false;
  if (kept()) show(true);
})();
