### Where an address is, roughly.

place-near = vicino a { $city }, { $country }
mail-asked-place = Richiesto da { $device }, { $place } (indirizzo { $ip }), in data { $time }.
notice-happened-place = È avvenuto da { $device }, { $place } (indirizzo { $ip }), in data { $time }.
