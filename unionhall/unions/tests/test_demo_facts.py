from unionhall.unions.demo import facts


def names(regions):
    return [region.name for region in regions]


def test_the_three_provinces_have_their_cities():
    assert [len(facts.prefectures(code, year=2022)) for code in ("230000", "130000", "370000")] == [
        13,
        11,
        16,
    ]


def test_shandong_had_seventeen_cities_until_laiwu_went_to_jinan():
    assert "莱芜市" in names(facts.prefectures("370000", year=2018))
    assert len(facts.prefectures("370000", year=2018)) == 17
    assert len(facts.counties("370100", year=2018)) == 10
    assert names(facts.counties("370100", year=2019))[-4:] == ["莱芜区", "钢城区", "平阴县", "商河县"]
    assert facts.counties("371200", year=2019) == ()


def test_harbin_has_eighteen_districts_and_counties_and_shuangcheng_is_a_district_since_2014():
    assert len(facts.counties("230100", year=2022)) == 18
    assert "双城市" in names(facts.counties("230100", year=2013))
    assert "双城区" in names(facts.counties("230100", year=2014))
    assert len(facts.counties("230100", year=2013)) == 18


def test_harbin_in_2005_still_had_dongli_and_the_old_xiangfang():
    told = {region.code: region.name for region in facts.counties("230100", year=2005)}
    assert told["230107"] == "动力区"
    assert told["230106"] == "香坊区"
    assert "230110" not in told


def test_zhangqiu_and_jiyang_became_districts_in_2016_and_2018():
    assert {"章丘市", "济阳县"} <= set(names(facts.counties("370100", year=2015)))
    assert {"章丘区", "济阳县"} <= set(names(facts.counties("370100", year=2017)))
    assert {"章丘区", "济阳区"} <= set(names(facts.counties("370100", year=2018)))


def test_every_county_has_real_townships_with_codes_below_it():
    for county in (*facts.counties("230100", year=2022), *facts.counties("370100", year=2022)):
        told = facts.townships(county.code)
        assert len(told) >= 5
        assert all(one.code.startswith(county.code) and not one.generated for one in told)
        assert len({one.code for one in told}) == len(told)


def test_a_township_is_named_in_english_by_its_pinyin_and_kind():
    told = {one.name: one.english for one in facts.townships("230113")}
    assert told["公正街道"] == "Gongzheng Subdistrict"
    assert told["同心满族乡"] == "Tongxin Manchu Township"


def test_made_up_townships_say_so():
    told = facts.generated_townships("230113", 100)
    assert len({one.name for one in told}) == 100
    assert all(one.generated for one in told)


def test_no_code_is_given_twice_in_one_year():
    for year in range(2005, 2025):
        codes = [
            region.code
            for city in ("230100", "370100", "371200")
            for region in facts.counties(city, year=year)
        ]
        assert len(codes) == len(set(codes))
