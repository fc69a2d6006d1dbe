### Where an address is, roughly.

place-near = vicino a { $city }, { $country }
mail-asked-place = Richiesto da { $device }, { $place } (indirizzo { $ip }), il { $time }.
notice-happened-place = È avvenuto da { $device }, { $place } (indirizzo { $ip }), il { $time }.
