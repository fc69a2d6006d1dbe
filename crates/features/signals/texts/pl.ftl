### Streams of signals: the page of the console.

signals-title = Strumienie sygnałów
signals-text = Usługi, które w ciągu sekundy dowiadują się o końcu dostępu.
signals-none = Żadna usługa jeszcze nie słucha. Każda usługa otwiera własny strumień.
signals-delivery = Dostarczanie
signals-polled = Usługa pyta
signals-paused = Wstrzymany
signals-used = Ostatnie użycie
signals-events = Zdarzenia
signals-lag = Opóźnienie
signals-position = Pozycja
signals-next = Następna próba
signals-pause = Wstrzymaj
signals-pause-question = Wstrzymać ten strumień?
signals-pause-text = Sygnały czekają. Dopóki strumień nie zostanie ponownie włączony, usługa akceptuje zakończone dostępy.
signals-paused-done = Strumień jest wstrzymany.
signals-enable = Włącz
signals-enable-question = Włączyć ten strumień?
signals-enable-text = Usługa otrzyma czekające sygnały.
signals-enable-dropped = Usługa otrzyma nowe sygnały. Te z czasu, gdy strumień był wyłączony, przepadły.
signals-enabled = Strumień jest włączony.
signals-delete = Usuń strumień
signals-delete-question = Usunąć ten strumień?
signals-delete-text = Czekające sygnały przepadną. Usługa, która pyta, rozpocznie inny strumień.
signals-deleted = Strumień został usunięty.
