### Where an address is, roughly.

place-near = vers { $city }, { $country }
mail-asked-place = Demande faite depuis { $device }, { $place } (adresse { $ip }), le { $time }.
notice-happened-place = Cela venait de { $device }, { $place } (adresse { $ip }), le { $time }.
