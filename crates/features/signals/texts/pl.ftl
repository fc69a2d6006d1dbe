### Streams of signals: the page of the console.

signals-title = Strumienie sygnałów
signals-text = Usługi, które w ciągu sekundy dowiadują się o końcu dostępu.
signals-none = Żadna usługa jeszcze nie słucha. Każda usługa otwiera własny strumień.
signals-delivery = Dostarczanie
signals-polled = Usługa pyta
signals-paused = Wstrzymany
signals-used = Ostatnie użycie
