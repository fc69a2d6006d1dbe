### Connecting a device that has no browser of its own.

device-title = Połącz urządzenie
device-text = Wpisz kod, który wyświetla Twoje urządzenie.
device-code = Kod
device-code-hint = Osiem liter, na przykład WDJB-MJHT.
device-compare-filled = Kontynuuj tylko wtedy, gdy Twoje urządzenie wyświetla dokładnie ten kod.
device-missing = Wpisz kod
device-wrong = Ten kod jest błędny lub wygasł. Spójrz jeszcze raz na urządzenie.
device-another = Na innym urządzeniu
device-compare = Kontynuuj tylko wtedy, gdy widzisz ten kod na swoim urządzeniu:
device-started = Rozpoczęto:
device-allowed = Twoje urządzenie jest połączone
device-allowed-text = Aplikacja { $app } ma teraz dostęp. Wróć do urządzenia. Tę stronę możesz zamknąć.
device-refused = Urządzenie nie zostało połączone
device-refused-text = Aplikacja { $app } nie ma dostępu. Tę stronę możesz zamknąć.
