-- What people ask of the rows, on top of schema.sql. May be run again. Days are those of the session's time zone:
--   alter database tidegate set timezone = 'Asia/Shanghai';

begin;

-- The database that each gateway writes now: what stood in an older one stands no more.
create or replace view current_stores as
    select distinct on (gateway) number, gateway, store, since, heard from stores order by gateway, heard desc, number desc;

-- Ended runs of water. `is_estimated`: some of the litres are flow by time, not counted by a meter.
create or replace view runs as
    select s.gateway, s.store, r.id, r.at as ended, moment(whole(data, 'started_ms')) as started, word(data, 'zone') as zone,
        number(data, 'litres') as litres, data ->> 'estimated' in ('1', 'true') as is_estimated, number(data, 'planned_l') as planned_litres,
        number(data, 'watered_s') as watered_seconds, word(data, 'cause') as cause, word(data, 'outcome') as outcome,
        word(data, 'end_cause') as end_cause
    from rows r join stores s on s.number = r.store where stream = 'runs';

create or replace view water_by_zone_and_day as
    select gateway, zone, ended::date as day, count(*) as runs, sum(litres) as litres, sum(watered_seconds) as watered_seconds,
        count(*) filter (where is_estimated) as estimated, count(*) filter (where outcome <> 'completed') as cut_short
    from runs group by gateway, zone, day;

create or replace view doses as
    select s.gateway, s.store, r.id, r.at as ended, whole(data, 'run') as run, word(data, 'zone') as zone,
        word(data, 'recipe') as recipe, word(data, 'channel') as channel, number(data, 'planned_l') as planned_litres,
        number(data, 'given_l') as given_litres, number(data, 'product_g') as product_g, number(data, 'n_g') as n_g,
        number(data, 'p2o5_g') as p2o5_g, number(data, 'k2o_g') as k2o_g, word(data, 'outcome') as outcome
    from rows r join stores s on s.number = r.store where stream = 'doses';

create or replace view doses_by_recipe as
    select gateway, recipe, ended::date as day, count(*) as doses, sum(planned_litres) as planned_litres, sum(given_litres) as given_litres,
        sum(product_g) as product_g, sum(n_g) as n_g, sum(p2o5_g) as p2o5_g, sum(k2o_g) as k2o_g
    from doses group by gateway, recipe, day;

-- `day` is the farm's own.
create or replace view meals as
    select s.gateway, s.store, r.id, r.at, word(data, 'cage') as cage, date 'epoch' + whole(data, 'day', 1e6)::int as day,
        whole(data, 'number', 1e6) as number, number(data, 'planned_kg') as planned_kg, number(data, 'given_kg') as given_kg,
        word(data, 'outcome') as outcome
    from rows r join stores s on s.number = r.store where stream = 'meals';

create or replace view feed_by_cage_and_day as
    select gateway, cage, day, count(*) as meals, sum(planned_kg) as ration_kg, sum(given_kg) as given_kg,
        sum(given_kg) / nullif(sum(planned_kg), 0) as share, count(*) filter (where outcome <> 'completed') as not_whole
    from meals group by gateway, cage, day;

-- The last word on each alarm, where that is not that it is over.
create or replace view open_alarms as
    select gateway, kind, subject_kind, subject, state, since, text_zh, text_en
    from (
        select distinct on (s.number, word(data, 'kind'), word(data, 'subject_kind'), word(data, 'subject'))
            s.gateway, word(data, 'kind') as kind, word(data, 'subject_kind') as subject_kind, word(data, 'subject') as subject,
            word(data, 'state') as state, r.at as since, word(data, 'text_zh') as text_zh, word(data, 'text_en') as text_en
        from rows r join current_stores s on s.number = r.store where stream = 'alarms'
        order by s.number, word(data, 'kind'), word(data, 'subject_kind'), word(data, 'subject'), r.id desc
    ) as newest
    where state is distinct from 'normal';

-- Rows that a gateway gave up for want of room before they could be sent.
create or replace view gaps as
    select s.gateway, s.store, r.at as given_up, word(data, 'stream') as stream, whole(data, 'from') as from_id,
        whole(data, 'to') as to_id, whole(data, 'rows') as missing
    from rows r join stores s on s.number = r.store where stream = 'gaps';

create or replace view points_by_hour as
    select s.gateway, r.at, word(data, 'point') as point, word(data, 'unit') as unit, number(data, 'mean') as mean,
        number(data, 'min') as least, number(data, 'max') as most, number(data, 'last') as last, number(data, 'good_share') as good_share
    from rows r join stores s on s.number = r.store where stream = 'hours';

create or replace view points_by_day as
    select s.gateway, r.at, word(data, 'point') as point, word(data, 'unit') as unit, number(data, 'mean') as mean,
        number(data, 'min') as least, number(data, 'max') as most, number(data, 'last') as last, number(data, 'good_share') as good_share
    from rows r join stores s on s.number = r.store where stream = 'days';

-- How each gateway last said it stands.
create or replace view standing as
    select s.gateway, t.at, t.data from states t join current_stores s on s.number = t.store;

-- Every gateway, the one that has been silent longest first.
create or replace view silence as
    select gateway, heard as last_heard, now() - heard as silent_for from current_stores order by heard;

grant select on all tables in schema public to tidegate_reader;

commit;
