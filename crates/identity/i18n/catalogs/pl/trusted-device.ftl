# Browsers on which the second step is spared.

second-trust = { $days ->
    [one] Ufaj temu urządzeniu przez { $days } dzień
    [few] Ufaj temu urządzeniu przez { $days } dni
    [many] Ufaj temu urządzeniu przez { $days } dni
   *[other] Ufaj temu urządzeniu przez { $days } dnia
}
trusted-title = Zaufane urządzenia
trusted-text = Nie pytamy tam o drugi krok. Wystarczy hasło, z wyjątkiem zmian, które wymagają obu.
trusted-since = Zaufane od
trusted-until = do
trusted-remove = Usuń
trusted-remove-all = Usuń wszystkie
trusted-gone = Drugi krok będzie znów wymagany.
activity-trusted = Zaufano urządzeniu: przez pewien czas bez drugiego kroku
activity-distrusted = Cofnięto zaufanie do urządzenia
notice-trusted-subject = Ufasz nowemu urządzeniu
notice-trusted-text = Od teraz logowanie do { $site } przez pewien czas wymaga tam tylko hasła.
