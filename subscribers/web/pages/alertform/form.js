(function () {
  "use strict";
  var zone = document.querySelector("select[data-guess]");
  if (zone) try {
    var here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (here) {
      zone.value = here;
      if (zone.value !== here) zone.add(new Option(here, here, true, true), 0);
    }
  } catch (e) {}
  var shown = document.getElementById("preview");
  if (!shown || !window.AbortController) return;
  var form = shown.closest("form"), fields = document.getElementById("fields"), mail = document.getElementById("email-meant");
  var line = form.elements["wish"], lineShown = form.elements["wish.shown"], timer, running;
  document.querySelectorAll("[data-nojs]").forEach(function (e) { e.hidden = true; });
  function ask() {
    var sent = line.value, now = running && running.abort();
    now = running = new AbortController();
    fetch("/preview" + location.search, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: now.signal })
      .then(function (r) { return r.ok || r.status === 429 ? r.json() : Promise.reject(r.status); })
      .then(function (a) {
        shown.innerHTML = a.preview;
        if (mail) mail.textContent = a.mail;
        if (a.fields) {
          fields.innerHTML = a.fields;
          lineShown.value = sent;
        } else if (a.line !== undefined && line.value === sent) {
          line.value = lineShown.value = a.line;
        }
      })
      .catch(function () {});
  }
  form.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(ask, 350);
  });
  ask();
})();
