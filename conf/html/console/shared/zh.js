// What all consoles say, in Chinese.

export default {
    'frame.lock': '退出',
    'table.acts': '操作',
    'table.count': '{n} / {all} 行',
    'table.countMore': '已载入 {all} 行，显示 {n} 行',
    'table.csv': '导出表格',
    'table.currency': '币种',
    'table.filter': '筛选',
    'table.noneShown': '没有符合筛选的行',
};
