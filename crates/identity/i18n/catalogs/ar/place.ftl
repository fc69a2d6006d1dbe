### Where an address is, roughly.

place-near = بالقرب من { $city }، { $country }
mail-asked-place = مصدر الطلب: { $device }، { $place } (العنوان { $ip })، الوقت: { $time }.
notice-happened-place = المصدر: { $device }، { $place } (العنوان { $ip })، الوقت: { $time }.
