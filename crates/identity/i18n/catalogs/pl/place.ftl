### Where an address is, roughly.

place-near = okolice: { $city }, { $country }
mail-asked-place = Źródło prośby: { $device }, { $place } (adres { $ip }), { $time }.
notice-happened-place = Źródło: { $device }, { $place } (adres { $ip }), { $time }.
