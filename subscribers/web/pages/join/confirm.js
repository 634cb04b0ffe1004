(function () {
  function press() { document.getElementById("confirm").requestSubmit(); }
  if (document.prerendering) document.addEventListener("prerenderingchange", press, { once: true });
  else press();
})();
