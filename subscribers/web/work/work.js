(function () {
  var form = document.querySelector("form[data-work]");
  if (!form || !window.crypto || !crypto.subtle || !form.requestSubmit) return;
  var done = "", busy = false;
  function zeros(hash) {
    var n = 0;
    while (n < hash.length && hash[n] === 0) n++;
    return n === hash.length ? 8 * n : 8 * n + Math.clz32(hash[n]) - 24;
  }
  async function solve(text, bits) {
    var coder = new TextEncoder();
    for (var n = 0; ; n++) {
      var hash = await crypto.subtle.digest("SHA-256", coder.encode(text + n));
      if (zeros(new Uint8Array(hash)) >= bits) return String(n);
    }
  }
  form.addEventListener("submit", function (event) {
    var text = form.elements.shown.value + "\n" + form.elements.email.value.trim() + "\n";
    if (done === text) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    solve(text, Number(form.dataset.work)).then(function (nonce) {
      form.elements.work.value = nonce;
      done = text;
      busy = false;
      // Small hashes are done at once: the form may still be busy with this very event.
      setTimeout(function () { form.requestSubmit(event.submitter); });
    });
  });
})();
