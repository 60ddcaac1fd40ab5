// Sets the chosen light or dark before the first paint; loaded blocking, so it stays tiny.
(function () {
  try {
    var chosen = localStorage.getItem('theme');
    if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
  } catch (blocked) { /* storage is blocked: the system's preference holds */ }
})();
