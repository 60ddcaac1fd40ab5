// Sets what was chosen on this device, light or dark and the size of the text, before the first paint; loaded blocking, so it stays tiny.
(function () {
  var known = { theme: ['light', 'dark'], text: ['large', 'larger'] };
  try {
    for (var name in known) {
      var chosen = localStorage.getItem(name);
      if (known[name].indexOf(chosen) >= 0) document.documentElement.dataset[name] = chosen;
    }
  } catch (blocked) { /* storage is blocked: the system's preference holds */ }
})();
