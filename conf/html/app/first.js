// Before the first paint: the theme and the language that were chosen here.

try {
    const theme = JSON.parse(localStorage.getItem('phone.theme'));
    const language = JSON.parse(localStorage.getItem('phone.language'));

    if (theme === 'light' || theme === 'dark') {
        document.documentElement.dataset.theme = theme;
    }

    if (language === 'en') {
        document.documentElement.lang = 'en';
    }
} catch {
    // storage is switched off
}
