### Where an address is, roughly.

place-near = omgeving { $city }, { $country }
mail-asked-place = Aangevraagd vanaf { $device }, { $place } (adres { $ip }), op { $time }.
notice-happened-place = Het kwam van { $device }, { $place } (adres { $ip }), op { $time }.
