### Where an address is, roughly.

place-near = cerca de { $city }, { $country }
mail-asked-place = Solicitado desde { $device }, { $place } (dirección { $ip }), el { $time }.
notice-happened-place = Ocurrió desde { $device }, { $place } (dirección { $ip }), el { $time }.
