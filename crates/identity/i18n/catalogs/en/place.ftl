### Where an address is, roughly.

place-near = near { $city }, { $country }
mail-asked-place = Asked from { $device }, { $place } (address { $ip }), at { $time }.
notice-happened-place = It came from { $device }, { $place } (address { $ip }), at { $time }.
