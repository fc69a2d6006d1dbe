### Where an address is, roughly.

place-near = perto de { $city }, { $country }
mail-asked-place = Solicitado a partir de { $device }, { $place } (endereço { $ip }), em { $time }.
notice-happened-place = Veio de { $device }, { $place } (endereço { $ip }), em { $time }.
