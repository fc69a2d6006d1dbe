### Wo eine Adresse ungefähr ist.

place-near = nahe { $city }, { $country }
mail-asked-place = Angefordert von { $device }, { $place } (Adresse { $ip }), am { $time }.
notice-happened-place = Es kam von { $device }, { $place } (Adresse { $ip }), am { $time }.
