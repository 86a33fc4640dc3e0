/// How a page looks: by day, by night, on a phone and on paper. Nothing is fetched from anywhere.
enum PageStyle {
    static let css = """
        :root{--paper:#fbfaf6;--card:#fff;--ink:#1c2b2a;--soft:#5d6b69;--line:#dfe3dc;--ground:#edf0ea;--c0:#1b7f93;
        --c1:#c2552f;--c2:#7a5ba6;--c3:#b8860b;--c4:#3f7d3a;--c5:#9b3b5a;--rain:#8fb8d8;--warn:#a33b1e}
        @media (prefers-color-scheme:dark){:root{--paper:#12191a;--card:#1a2324;--ink:#e6ece8;--soft:#9aa9a5;--line:#2c3839;
        --ground:#222d2e;--c0:#4fb6c9;--c1:#e58a63;--c2:#b59ae0;--c3:#e0b84a;--c4:#7cc074;--c5:#dd86a3;--rain:#48708f;
        --warn:#f0936f}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);
        font:15px/1.55 system-ui,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
        main{max-width:860px;margin:0 auto;padding:28px 22px 48px}
        h1{font-size:26px;line-height:1.25;margin:0 0 4px;letter-spacing:-.01em;text-wrap:balance}
        .sub{color:var(--soft);margin:0 0 20px}
        h2{font-size:17px;margin:34px 0 10px;padding-bottom:5px;border-bottom:2px solid var(--c0)}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:0}
        .cards div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 13px}
        dt{color:var(--soft);font-size:13px}dd{margin:0}.big{font-size:22px;font-weight:650;font-variant-numeric:tabular-nums;
        white-space:nowrap}.small{color:var(--soft);font-size:13px}
        figure{margin:14px 0 6px}figcaption{font-weight:600;margin-bottom:4px}
        .legend{font-weight:400;color:var(--soft);font-size:13px;margin-left:10px}
        .i{white-space:nowrap}.k{display:inline-block;width:16px;height:0;border-top:3px solid;margin:0 5px 3px 8px;
        vertical-align:middle}.k.d{border-top-style:dashed}
        svg{width:100%;height:auto;display:block}svg.phone{display:none}
        svg text{font-size:12px;fill:var(--soft)}
        .grid{stroke:var(--line);stroke-width:1;fill:none}.tick{stroke:var(--line);stroke-width:1;stroke-dasharray:2 3}
        .ground{fill:var(--ground)}
        .l{fill:none;stroke-width:2;stroke-linejoin:round}.l.d{stroke-dasharray:5 4;stroke-width:1.5}
        .rain{fill:var(--rain)}.mark circle{fill:var(--card);stroke:var(--c1);stroke-width:1.2}
        .l.c0,.k.c0{stroke:var(--c0);border-color:var(--c0)}.l.c1,.k.c1{stroke:var(--c1);border-color:var(--c1)}.l.c2,.k.c2{
        stroke:var(--c2);border-color:var(--c2)}
        .l.c3,.k.c3{stroke:var(--c3);border-color:var(--c3)}.l.c4,.k.c4{stroke:var(--c4);border-color:var(--c4)}.l.c5,.k.c5{
        stroke:var(--c5);border-color:var(--c5)}
        .f.c0{fill:var(--c0)}.f.c1{fill:var(--c1)}.f.c2{fill:var(--c2)}.f.c3{fill:var(--c3)}.f.c4{fill:var(--c4)}.f.c5{
        fill:var(--c5)}
        .wide{overflow-x:auto;margin:8px 0}table{border-collapse:collapse;width:100%;font-size:14px;
        font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:5px 10px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}
        th{color:var(--soft);font-weight:500;white-space:nowrap}td.n,th.n{text-align:right;white-space:nowrap}td:first-child{
        white-space:nowrap}th.n+th:not(.n),td.n+td:not(.n){padding-left:16px}
        ul{margin:6px 0;padding-left:20px}li{margin:3px 0}.warn{color:var(--warn)}footer{margin-top:36px;color:var(--soft);
        font-size:13px}
        h3{font-size:15px;margin:14px 0 2px}.kept ul{columns:2;column-gap:28px}.sign{display:flex;gap:28px;margin-top:44px}
        .sign div{flex:1;border-bottom:1px solid var(--ink);padding-bottom:4px}.sign span{color:var(--soft);margin-right:10px}
        @media (max-width:560px){.kept ul{columns:1}.sign{display:block}.sign div{margin-bottom:26px}}
        @media (max-width:560px){main{padding:18px 14px 36px}h1{font-size:21px}svg.desk{display:none}svg.phone{display:block}
        .legend{display:block;margin:0}.cards{grid-template-columns:1fr 1fr}.big{font-size:19px}}
        @media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--ground:#f1f1f1;--c0:#1b7f93;
        --c1:#c2552f;--c2:#7a5ba6;--c3:#b8860b;--c4:#3f7d3a;--c5:#9b3b5a;--rain:#8fb8d8}body{font-size:11pt}main{
        max-width:none;padding:0}figure,tr,.kept,.cards div{break-inside:avoid}h2{break-after:avoid}svg.desk{display:block}
        svg.phone{display:none}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}@page{margin:15mm}}
        """
}
